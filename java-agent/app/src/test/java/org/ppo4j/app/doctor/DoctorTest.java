package org.ppo4j.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.app.doctor.Finding.Status;

/** Broken machines; benchmarks/doctor has those that need processes and mounts. */
class DoctorTest {
  private static final Task NATIVE = new Task("CartPole-v1");
  private static final Task IN_PYTHON = new Task("LunarLander-v3");

  @TempDir private Path folder;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();

  @BeforeEach
  void startHealthy() {
    System.getProperties()
        .stringPropertyNames()
        .forEach(name -> properties.put(name, System.getProperty(name)));
    variables.put("PATH", folder.resolve("bin").toString());
    variables.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
  }

  private Machine machine() {
    return new Machine(variables, properties, folder, folder);
  }

  private static Finding named(List<Finding> findings, String name) {
    return findings.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private Finding ofJava(String name) {
    return named(new JavaChecks(machine()).all(2000, 4), name);
  }

  private Finding ofFolders(String name, Task task) {
    return named(new FolderChecks(machine(), task).all(), name);
  }

  private List<Finding> python(Task task) {
    return new PythonChecks(machine(), task).all();
  }

  private Path program(String name, String output) throws IOException {
    Path file = folder.resolve("bin").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n/bin/cat <<'END'\n" + output + "\nEND\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** What doctor.py prints in a healthy Python. */
  private static String answer(int minor, boolean venv, String packages) {
    return """
    {"version": "3.%1$d.1", "major": 3, "minor": %1$d, "venv": %2$b, "shadows": [], \
    "packages": {%3$s}, "module": null, "rendering": {"ok": true, "text": "a screen"}}\
    """
        .formatted(minor, venv, packages);
  }

  @Test
  void aHealthyMachineHasNothingMissing() throws IOException {
    program("mvn", "");
    program("python3", answer(12, true, ""));

    List<Finding> findings = Doctor.examine(machine(), NATIVE);

    assertThat(Doctor.isHealthy(findings)).as(findings.toString()).isTrue();
    assertThat(findings).extracting(Finding::name).contains("JDK", "Maven", "Runs", "Python");
    assertThat(named(findings, "Python").text()).contains("3.12.1");
  }

  @Test
  void javaThatIsOldOrInterpretedIsFound() {
    properties.put("java.specification.version", "21");
    assertThat(ofJava("JDK").status()).isEqualTo(Status.MISSING);
    properties.put("java.specification.version", "25");
    properties.put("java.vm.info", "interpreted mode");
    assertThat(ofJava("JDK").fix()).contains("-Xint");
  }

  @Test
  void littleMemoryAndOneCoreAreFound() {
    List<Finding> findings = new JavaChecks(machine()).all(64, 1);

    assertThat(named(findings, "Memory").status()).isEqualTo(Status.MISSING);
    assertThat(named(findings, "Cores").status()).isEqualTo(Status.NOTE);
  }

  @Test
  void anAsciiLocaleIsFound() {
    properties.put("sun.jnu.encoding", "ANSI_X3.4-1968");
    assertThat(ofJava("Locale").fix()).contains("LC_ALL=C.UTF-8");
  }

  @Test
  void aBrokenClassPathIsFound() throws IOException {
    Path text = Files.writeString(folder.resolve("text.jar"), "text");
    variables.put("PPO4J_CLASSPATH", folder + ":" + text + ":/nowhere.jar");

    assertThat(ofJava("Class path").text())
        .contains(text + " is not a jar", "/nowhere.jar does not exist")
        .doesNotContain(folder + ",");
  }

  @Test
  void mavenThatIsMissingIsANote() {
    assertThat(ofJava("Maven").status()).isEqualTo(Status.NOTE);
  }

  @Test
  void foldersThatCannotBeWrittenAreFound() throws IOException {
    Files.createSymbolicLink(folder.resolve("runs"), Path.of("/nowhere/at/all"));
    assertThat(ofFolders("Runs", NATIVE).text()).contains("is a link to nothing");
    Files.delete(folder.resolve("runs"));
    Files.createFile(folder.resolve("runs"));
    assertThat(ofFolders("Runs", NATIVE).status()).isEqualTo(Status.MISSING);
    properties.put("java.io.tmpdir", "/nowhere");
    assertThat(ofFolders("Temporary", NATIVE).status()).isEqualTo(Status.NOTE);
    assertThat(ofFolders("Temporary", IN_PYTHON).status()).isEqualTo(Status.MISSING);
    variables.put("XDG_CACHE_HOME", folder.resolve("runs").toString());
    assertThat(ofFolders("Cache", NATIVE).status()).isEqualTo(Status.NOTE);
  }

  @Test
  void aMachineWithoutPythonCannotTrainInPython() {
    Finding found = named(python(IN_PYTHON), "Python");

    assertThat(found.status()).isEqualTo(Status.MISSING);
    assertThat(found.text()).isEqualTo("there is no python3 on PATH");
    assertThat(named(python(NATIVE), "Python").status()).isEqualTo(Status.NOTE);
  }

  @ParameterizedTest
  @CsvSource({
    "10, true, 'python3 is Python 3.10.1, too old'",
    "12, false, cannot make virtual environments"
  })
  void aPythonThatCannotMakeVenvIsFound(int minor, boolean venv, String text) throws IOException {
    program("python3", answer(minor, venv, ""));

    assertThat(named(python(IN_PYTHON), "Python").text()).contains(text);
    assertThat(named(python(IN_PYTHON), "Python").status()).isEqualTo(Status.MISSING);
  }

  @Test
  void aNamedPythonThatIsNoneIsFound() throws IOException {
    for (String name :
        List.of(
            "/nowhere/python",
            folder.toString(),
            program("talks", "hello").toString(),
            program("silent", "").toString())) {
      variables.put("PPO4J_PYTHON", name);
      Finding found = named(python(IN_PYTHON), "Python");
      assertThat(found.status()).as(name).isEqualTo(Status.MISSING);
      assertThat(found.fix()).contains("PPO4J_PYTHON");
    }
  }

  @Test
  void packagesAreNeededByTheEnvironmentsThatUseThem() throws IOException {
    String packages =
        """
        "gymnasium": {"version": "0.29.1", "fits": false}, "Box2D": {"error": "not installed"}, \
        "ale_py": {"error": "not installed"}, "cv2": {"error": "not installed"}, "numpy": {"version": "2.0", "fits": true}\
        """;
    variables.put("PPO4J_PYTHON", program("python3", answer(12, true, packages)).toString());

    Map<String, Status> found =
        python(IN_PYTHON).stream().collect(Collectors.toMap(Finding::name, Finding::status));

    assertThat(found)
        .containsEntry("gymnasium", Status.MISSING)
        .containsEntry("Box2D", Status.MISSING)
        .containsEntry("ale_py", Status.NOTE)
        .containsEntry("cv2", Status.NOTE)
        .containsEntry("numpy", Status.OK);
    assertThat(python(NATIVE)).noneMatch(each -> each.status() == Status.MISSING);
    assertThat(named(python(new Task("ALE/Pong-v5")), "ale_py").fix())
        .contains("-m pip install ale-py");
    assertThat(named(python(new Task("CarRacing-v3")), "cv2").fix())
        .contains("-m pip install opencv-python-headless");
  }

  @Test
  void aVenvThatIsBrokenOrNotCompleteIsFound() throws IOException {
    Path venv = Files.createDirectories(folder.resolve(".venv"));
    assertThat(named(python(IN_PYTHON), "Python").fix()).contains("rm -rf " + venv);
    Files.createFile(venv.resolve("ppo4j-unfinished"));
    assertThat(named(python(IN_PYTHON), "Python").text()).contains("is not complete");
  }
}
