package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a project whose JDK and Maven are shell scripts. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class LauncherScriptTest {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "readlink",
          "sed",
          "find",
          "head",
          "tail",
          "cat",
          "mkdir",
          "rm",
          "mv",
          "sleep");

  private Path folder;
  private Path home;
  private Path bin;
  private Path jdk;

  /** By which {@link #jdk} is asked for. */
  private String variable = "PPO4J_JAVA_HOME";

  private record Run(int exitCode, String out, String err) {}

  @BeforeEach
  void project(@TempDir Path temporary) throws IOException {
    folder = temporary.toRealPath();
    home = Files.createDirectories(folder.resolve("the project"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Path.of("../../ppo4j"), home.resolve("ppo4j"));
    assertThat(home.resolve("ppo4j").toFile().setExecutable(true)).isTrue();
    for (String module : List.of("envs", "java-agent/core")) {
      Files.createDirectories(home.resolve(module).resolve("src/main"));
      Files.createFile(home.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(home.resolve("pom.xml"));
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "exec %s \"$@\"".formatted(which(tool)));
    }
    jdk =
        jdk(
            "jdk",
            25,
            """
            for arg; do
              case $arg in
                *AtExit=*) echo archived >> %s; echo classes > "${arg#*=}"; exit ;;
              esac
            done
            echo "in $PWD"; for arg; do echo "$arg"; done; exit 7"""
                .formatted(folder.resolve("archives")));
    script(
        bin.resolve("mvn"),
        "echo built >> ../builds; cd java-agent/app/target; echo lib.jar > classpath.txt; echo > ppo4j-app.jar");
  }

  private static Path which(String tool) {
    return Stream.of("/bin", "/usr/bin")
        .map(each -> Path.of(each, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private Path jdk(String name, int version, String java) throws IOException {
    Path made = folder.resolve(name);
    Files.createDirectories(made.resolve("bin"));
    Files.writeString(made.resolve("release"), "JAVA_VERSION=\"%d.0.1\"\n".formatted(version));
    script(made.resolve("bin/java"), java);
    return made;
  }

  private static void script(Path file, String commands) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Run run(Path command, String... args) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put(variable, jdk.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, err);
  }

  private long builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds")).size();
  }

  private long archives() throws IOException {
    return Files.readAllLines(folder.resolve("archives")).size();
  }

  @Test
  void buildsThenBecomesJava() throws IOException, InterruptedException {
    Run run = run(home.resolve("ppo4j"), "train", "two words");

    assertThat(run.err()).isEqualTo("Building ppo4j (once, a minute or two)...\n");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out().lines().toList())
        .startsWith("in " + folder)
        .contains("@" + home + "/java-agent/jvm-options")
        .contains("-Dppo4j.home=" + home, "-Dppo4j.columns=0")
        .contains(home + "/java-agent/app/target/ppo4j-app.jar:lib.jar")
        .contains("-XX:SharedArchiveFile=" + home + "/java-agent/app/target/launcher.jsa")
        .endsWith("org.ppo4j.app.Main", "train", "two words");
  }

  @Test
  void buildsAgainOnlyWhenASourceIsNewer() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    assertThat(run(home.resolve("ppo4j")).err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Path source = Files.createFile(home.resolve("envs/src/main/New.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    run(home.resolve("ppo4j"));

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void makesTheArchiveOfClassesOnceForTheseJars() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    run(home.resolve("ppo4j"));
    assertThat(archives()).isEqualTo(1);

    Files.setLastModifiedTime(
        home.resolve("java-agent/app/target/ppo4j-app.jar"),
        FileTime.from(Instant.now().plusSeconds(5)));
    run(home.resolve("ppo4j"));

    assertThat(archives()).isEqualTo(2);
    assertThat(builds()).isEqualTo(1);
    assertThat(home.resolve("java-agent/app/target/launcher-archive")).doesNotExist();
  }

  @Test
  void startsWithoutAnArchiveThatCannotBeMade() throws IOException, InterruptedException {
    jdk = jdk("failing", 25, "echo started >> %s; exit 7".formatted(folder.resolve("archives")));

    run(home.resolve("ppo4j"));
    Run run = run(home.resolve("ppo4j"));

    assertThat(run).isEqualTo(new Run(7, "", ""));
    assertThat(archives()).isEqualTo(3); // one attempt and two commands
  }

  @Test
  void buildsAgainInAnotherFolder() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    Path moved = Files.move(home, folder.resolve("moved"));
    run(moved.resolve("ppo4j"));

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void worksThroughSymbolicLinks() throws IOException, InterruptedException {
    Files.createSymbolicLink(home.resolve("alias"), Path.of("ppo4j"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("alias"));

    assertThat(run(link).out()).contains("-Dppo4j.home=" + home + "\n");
  }

  @Test
  void aFailedBuildShowsItsEnd() throws IOException, InterruptedException {
    script(bin.resolve("mvn"), "echo '[ERROR] cannot resolve'; exit 1");

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("[ERROR] cannot resolve").contains("ppo4j: the build failed");
    assertThat(home.resolve("java-agent/app/target/launcher.lock")).doesNotExist();
  }

  @Test
  void saysThatMavenIsMissing() throws IOException, InterruptedException {
    Files.delete(bin.resolve("mvn"));

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("ppo4j: Maven is needed to build ppo4j");
  }

  @Test
  void passesOverAnOldJdk() throws IOException, InterruptedException {
    Path good = jdk;
    jdk = jdk("old", 21, "echo old");
    variable = "JAVA_HOME";
    Files.createDirectories(folder.resolve(".jdks"));
    Files.createSymbolicLink(folder.resolve(".jdks/good"), good);

    assertThat(run(home.resolve("ppo4j")).out()).doesNotContain("old\n");
  }

  @Test
  void refusesAnOldJdkThatIsAskedFor() throws IOException, InterruptedException {
    jdk = jdk("old", 21, "echo old");

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "ppo4j: PPO4J_JAVA_HOME names %s, which is not the folder of a JDK 25 or newer; set it to one, or leave it unset.\n"
                .formatted(jdk));
  }

  @Test
  void takesOverTheLockOfABuildThatDied() throws IOException, InterruptedException {
    Path lock = Files.createDirectories(home.resolve("java-agent/app/target/launcher.lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
    assertThat(builds()).isEqualTo(1);
  }
}
