package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;

/** Interpreters are shell scripts here, which answer as Python does and record their arguments. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot run a shell script as python3")
class PythonSetupTest {
  @TempDir private Path home;
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void bridge() throws IOException {
    Files.createDirectories(home.resolve("python-bridge"));
    Files.writeString(
        home.resolve("python-bridge/pyproject.toml"), "requires-python = \">=3.11\"\n");
    lock("gymnasium==1.4.0");
  }

  private void lock(String pin) throws IOException {
    Files.writeString(home.resolve("python-bridge/requirements.lock"), pin + "\n");
  }

  /** Makes an interpreter of version 3.{@code minor}; {@code pip} is the script of its pip. */
  private String python(String name, int minor, String pip) throws IOException {
    Path script = home.resolve(name);
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo "$*" >> "%1$s/calls"
        case "$1 $2" in
          "-c "*) echo "3 %2$d" ;;
          "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
          "-m pip") %3$s ;;
        esac
        """
            .formatted(home, minor, pip));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  private void ensure(String... interpreters) throws IOException {
    new PythonSetup(home, List.of(interpreters), progress::add).ensure();
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(home.resolve("calls")).stream()
        .filter(call -> !call.startsWith("-c"))
        .toList();
  }

  @Test
  void installsOnceAndReportsIt() throws IOException {
    String python = python("python3", 12, "exit 0");

    ensure(python);
    ensure(python);

    assertThat(calls())
        .containsExactly(
            "-m venv " + home.resolve(".venv"),
            "-m pip install --disable-pip-version-check --progress-bar=off --require-hashes -r "
                + home.resolve("python-bridge/requirements.lock"),
            "-m pip install --disable-pip-version-check --progress-bar=off --no-deps"
                + " --no-build-isolation -e "
                + home.resolve("python-bridge"));
    assertThat(progress)
        .containsExactly("Setting up Python in %s (once)...".formatted(home.resolve(".venv")));
  }

  @Test
  void installsAgainIntoTheSameWhenTheLockFileChanged() throws IOException {
    String python = python("python3", 12, "exit 0");
    ensure(python);

    Path own = Files.createFile(home.resolve(".venv/a-package-of-the-users"));
    lock("gymnasium==1.5.0");
    ensure(python);

    assertThat(calls()).hasSize(5); // venv, two installs, two installs
    assertThat(own).exists();
  }

  @Test
  void takesTheFirstInterpreterThatIsNewEnough() throws IOException {
    ensure(python("python3", 9, "exit 0"), "no-such-python", python("python3.13", 13, "exit 0"));

    assertThat(Files.readString(home.resolve(".venv/bin/python"))).contains("echo \"3 13\"");
  }

  @Test
  void namesTheVersionThatIsTooOld() throws IOException {
    String old = python("python3", 9, "exit 0");

    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> ensure(old))
        .withMessageContaining("Python 3.11 or newer, but %s is 3.9; install one".formatted(old));
    assertThat(home.resolve(".venv")).doesNotExist();
  }

  @Test
  void reportsThatPythonIsMissing() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> ensure("no-such-python"))
        .withMessageContaining("there is no python3 on PATH")
        .withMessageContaining("PPO4J_PYTHON");
  }

  @Test
  void aFailedInstallationIsReportedAndRepeated() throws IOException {
    String failing = python("python3", 12, "echo 'No matching distribution'; exit 1");

    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> ensure(failing))
        .withMessageContaining("No matching distribution")
        .withMessageContaining(
            "this command failed: " + home.resolve(".venv/bin/python") + " -m pip install");
    ensure(python("python3", 12, "exit 0"));

    assertThat(calls().stream().filter(call -> call.startsWith("-m venv"))).hasSize(2);
    assertThat(home.resolve(".venv/ppo4j-unfinished")).doesNotExist();
  }

  @Test
  void leavesAVirtualEnvironmentOfTheUsersAlone() throws IOException {
    Files.createDirectories(home.resolve(".venv/bin"));

    ensure("no-such-python");

    assertThat(progress).isEmpty();
  }

  @Test
  void takesOverAVirtualEnvironmentOfVersion01() throws IOException {
    String python = python("python3", 12, "exit 0");
    ensure(python);
    Files.move(home.resolve(".venv/complete"), home.resolve(".venv/ppo4j-pyproject.toml"));

    ensure(python);

    assertThat(calls()).hasSize(5); // venv, two installs, two installs
    assertThat(home.resolve(".venv/ppo4j-pyproject.toml")).doesNotExist();
    assertThat(home.resolve(".venv/complete")).exists();
  }

  @Test
  void installsAgainIfTheProjectWasMoved() throws IOException {
    Path moved = home.resolve("elsewhere");
    ensure(python("python3", 12, "exit 0"));
    Files.createDirectory(moved);
    for (String part : List.of("python-bridge", ".venv")) {
      Files.move(home.resolve(part), moved.resolve(part));
    }

    new PythonSetup(moved, List.of("no-such-python"), progress::add).ensure();

    assertThat(calls().getLast()).endsWith("-e " + moved.resolve("python-bridge"));
  }

  @Test
  void installsAgainIfTheProjectWasCopied() throws IOException {
    Path copy = home.resolve("elsewhere");
    ensure(python("python3", 12, "exit 0"));
    for (String part : List.of("python-bridge", ".venv")) {
      copyTree(home.resolve(part), copy.resolve(part));
    }
    PythonSetup setup = new PythonSetup(copy, List.of("no-such-python"), progress::add);

    setup.ensure();
    setup.ensure();
    ensure("no-such-python");

    assertThat(calls()).as("venv, two installs, two installs").hasSize(5);
    assertThat(calls().getLast()).endsWith("-e " + copy.resolve("python-bridge"));
    assertThat(Files.readString(copy.resolve(".venv/complete")))
        .contains(copy.resolve("python-bridge") + "\n");
    assertThat(Files.readString(home.resolve(".venv/complete")))
        .contains(home.resolve("python-bridge") + "\n");
  }

  /** As in an archive: there is no python-bridge, and workers use the one of this artifact. */
  @Test
  void installsTheCarriedPackagesWhereThereIsNoCheckout() throws IOException {
    Path data = home.resolve("data");
    String python = python("python3", 11, "cp \"$8\" \"%s/read\"".formatted(home));
    PythonSetup setup = new PythonSetup(data, List.of(python), progress::add);

    setup.ensure();
    setup.ensure();

    Path lock = data.resolve("target/requirements.lock");
    assertThat(calls())
        .containsExactly(
            "-m venv " + data.resolve(".venv"),
            "-m pip install --disable-pip-version-check --progress-bar=off --require-hashes -r "
                + lock);
    assertThat(home.resolve("read"))
        .hasSameTextualContentAs(Path.of("../../python-bridge/requirements.lock"));
  }

  @Test
  void namesTheVersionThatTheCarriedPackagesNeed() throws IOException {
    String old = python("python3", 10, "exit 0");

    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(
            () -> new PythonSetup(home.resolve("data"), List.of(old), progress::add).ensure())
        .withMessageContaining("Python 3.11 or newer, but %s is 3.10".formatted(old));
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
