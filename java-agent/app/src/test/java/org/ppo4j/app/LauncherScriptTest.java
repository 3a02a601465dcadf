package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
          "rmdir",
          "mv",
          "sort",
          "cksum",
          "sleep");

  private Path folder;
  private Path home;
  private Path bin;
  private Path jdk;

  /** The variable that names {@link #jdk}. */
  private String variable = "PPO4J_JAVA_HOME";

  /** Variables that the launcher sees in addition to {@code PATH} and {@link #variable}. */
  private final Map<String, String> environment = new HashMap<>();

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
            echo "in $PWD"; echo "locale ${LC_ALL:-}"; for arg; do echo "$arg"; done; exit 7\
            """
                .formatted(folder.resolve("archives")));
    script(
        bin.resolve("mvn"),
        """
        echo built >> ../builds
        cd java-agent/app/target
        mkdir -p lib
        printf lib/a.jar:lib/b.jar > classpath.txt
        echo > ppo4j-app.jar
        echo > lib/a.jar
        echo > lib/b.jar\
        """);
    environment.put("HOME", folder.toString());
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
    return ended(start(command, args));
  }

  private Process start(Path command, String... args) throws IOException {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put(variable, jdk.toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Run ended(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, err);
  }

  /** Makes the project's folder one that cannot be written to, even by the superuser. */
  private void makeUnwritable() throws IOException {
    script(bin.resolve("mkdir"), "exit 1");
  }

  private static void changeLater(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
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

    assertThat(run.err())
        .isEqualTo(
            ("ppo4j: building the project with Maven because ./ppo4j has not built it yet; this"
                    + " takes a minute or two; the log is"
                    + " %s/java-agent/app/target/launcher-build.log\n")
                .formatted(home));
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out().lines().toList())
        .startsWith("in " + folder)
        .contains("@" + home + "/java-agent/jvm-options")
        .contains("-Dppo4j.home=" + home, "-Dppo4j.columns=0")
        .contains("-Dppo4j.command=" + home + "/ppo4j")
        .contains(classPath(home))
        .contains("-XX:SharedArchiveFile=" + home + "/java-agent/app/target/launcher.jsa")
        .endsWith("org.ppo4j.app.Main", "train", "two words");
  }

  /** Returns the jars in order, none of them outside the project, such as in {@code ~/.m2}. */
  private static String classPath(Path home) {
    return "%1$s/ppo4j-app.jar:%1$s/lib/a.jar:%1$s/lib/b.jar"
        .formatted(home.resolve("java-agent/app/target"));
  }

  @Test
  void buildsAgainWhenASourceIsAddedChangedOrDeleted() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    assertThat(run(home.resolve("ppo4j")).err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Path source = home.resolve("envs/src/main/New.java");
    changeLater(source, "class New {}");
    assertThat(run(home.resolve("ppo4j")).err()).contains("because its sources have changed;");
    assertThat(builds()).isEqualTo(2);

    changeLater(source, "class New { int changed; }");
    run(home.resolve("ppo4j"));
    assertThat(builds()).isEqualTo(3);

    Files.delete(source);
    Files.setLastModifiedTime(
        source.resolveSibling("."), FileTime.from(Instant.now().plusSeconds(5)));
    run(home.resolve("ppo4j"));
    assertThat(builds()).isEqualTo(4);
  }

  /** Sources that were copied without their times, or checked out again, are recognised as well. */
  @Test
  void doesNotBuildAgainWhenASourceIsNewerAndTheSame() throws IOException, InterruptedException {
    Path source = Files.writeString(home.resolve("envs/src/main/Old.java"), "class Old {}");
    run(home.resolve("ppo4j"));
    Path stamp = home.resolve("java-agent/app/target/launcher.stamp");
    Files.setLastModifiedTime(stamp, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now()));

    assertThat(run(home.resolve("ppo4j")).err()).isEmpty();

    assertThat(builds()).isEqualTo(1);
    assertThat(Files.getLastModifiedTime(stamp).toInstant()).isAfter(Instant.EPOCH);
  }

  @Test
  void testsAndTargetsAreNoSources() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    changeLater(Files.createDirectories(home.resolve("envs/src/test")).resolve("T.java"), "x");
    changeLater(Files.createDirectories(home.resolve("envs/target")).resolve("pom.xml"), "x");
    run(home.resolve("ppo4j"));

    assertThat(builds()).isEqualTo(1);
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
  void aBuiltProjectThatWasMovedRuns() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    Path moved = Files.move(home, folder.resolve("moved"));
    Files.delete(bin.resolve("mvn"));

    Run run = run(moved.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).contains(classPath(moved));
  }

  @Test
  void buildsAgainWhereAJarIsMissing() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    Path jar = home.resolve("java-agent/app/target/lib/b.jar");
    Files.delete(jar);

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err()).contains("because %s is missing;".formatted(jar));
    assertThat(jar).exists();
  }

  @Test
  void namesAJarThatTheBuildLeavesOut() throws IOException, InterruptedException {
    script(
        bin.resolve("mvn"),
        "cd java-agent/app/target; echo lib/c.jar > classpath.txt; echo > ppo4j-app.jar");

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "ppo4j: the build did not create %s/java-agent/app/target/lib/c.jar".formatted(home));
  }

  /** Maven would treat part of a jar as a complete one. */
  @Test
  void theJarThatAStoppedBuildWasWritingIsCopiedAgain() throws IOException, InterruptedException {
    Path lib = Files.createDirectories(home.resolve("java-agent/app/target/lib"));
    Path whole = Files.writeString(lib.resolve("whole.jar"), "PK whole");
    Files.setLastModifiedTime(whole, FileTime.from(Instant.EPOCH));
    Files.writeString(lib.resolveSibling("launcher.stamp.new"), "stopped");
    Path half = lib.resolve("half.jar");
    changeLater(half, "PK");

    run(home.resolve("ppo4j"));

    assertThat(half).doesNotExist();
    assertThat(whole).exists(); // a training may run from it
  }

  @Test
  void refusesAFolderThatAClassPathCannotHold() throws IOException, InterruptedException {
    Path moved = Files.move(home, folder.resolve("a:b"));

    Run run = run(moved.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("has a : in its name").hasLineCount(1);
  }

  @Test
  @Timeout(60)
  void refusesToRunUnbuiltWhereNothingCanBeWritten() throws IOException, InterruptedException {
    makeUnwritable();

    Run run = run(home.resolve("ppo4j"), "--version");

    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                ("ppo4j: the project must be built because ./ppo4j has not built it yet, but"
                        + " %s/java-agent/app/target cannot be written; build it as a user who can"
                        + " write there, or in a copy of the project.\n")
                    .formatted(home)));
  }

  @Test
  @Timeout(60)
  void refusesToRunWithoutAJarWhereNothingCanBeWritten() throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    Files.delete(home.resolve("java-agent/app/target/lib/a.jar"));
    makeUnwritable();

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("lib/a.jar is missing, but").hasLineCount(1);
  }

  @Test
  @Timeout(60)
  void runsWhatWasBuiltOfOlderSourcesWhereNothingCanBeWritten()
      throws IOException, InterruptedException {
    run(home.resolve("ppo4j"));
    changeLater(home.resolve("envs/src/main/New.java"), "class New {}");
    makeUnwritable();

    Run run = run(home.resolve("ppo4j"));

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err())
        .isEqualTo(
            ("ppo4j: its sources have changed since it was built, but %s/java-agent/app/target"
                    + " cannot be written; running the existing build.\n")
                .formatted(home));
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void worksWithoutAHome() throws IOException, InterruptedException {
    environment.clear();

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "ANSI_X3.4-1968, C, C.UTF-8",
    "ANSI_X3.4-1968, en_US.UTF-8, C.UTF-8", // one that is not installed
    "US-ASCII, POSIX, C.UTF-8",
    "UTF-8, de_DE.UTF-8, de_DE.UTF-8",
    "ISO-8859-1, de_DE, de_DE", // has names that are not valid in UTF-8
    ", POSIX, C.UTF-8",
    ", de_DE.UTF-8, de_DE.UTF-8"
  })
  void givesJavaALocaleWithMoreThanAscii(@Nullable String charmap, String given, String java)
      throws IOException, InterruptedException {
    if (charmap != null) { // null: the command does not exist
      script(bin.resolve("locale"), "echo " + charmap);
    }
    environment.put("LC_ALL", given);

    assertThat(run(home.resolve("ppo4j")).out().lines()).contains("locale " + java);
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
  void saysHowMavenIsInstalled() throws IOException, InterruptedException {
    Files.delete(bin.resolve("mvn"));
    script(bin.resolve("apt-get"), "exit 1");

    assertThat(run(home.resolve("ppo4j"), "doctor").err())
        .isEqualTo(
            "ppo4j: Maven is needed to build ppo4j, but mvn is not on PATH; install Maven 3.8 or"
                + " newer, for example with: sudo apt-get install maven\n");
  }

  /** The launcher is changed not to look where this machine may have a JDK. */
  @Test
  void saysThatJdkAndMavenAreMissing() throws IOException, InterruptedException {
    Files.delete(bin.resolve("mvn"));
    jdk = jdk("old", 21, "echo old");
    variable = "JAVA_HOME";
    Path launcher = home.resolve("ppo4j");
    String places = " /usr/lib/jvm/* /opt/* ";
    String text = Files.readString(launcher);
    assertThat(text).contains("\n   " + places);
    Files.writeString(launcher, text.replace(places, " "));

    Run run = run(launcher, "doctor");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ppo4j: Maven is needed to build ppo4j"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "ppo4j: a JDK 25 or newer is needed, but only %s, version 21.0.1 was found; install one (https://adoptium.net) and set JAVA_HOME to its folder."
                            .formatted(jdk)));
  }

  /** Makes an archive in this folder, as it is unpacked. */
  private Path archive() throws IOException {
    Path root = Files.createDirectories(folder.resolve("an archive"));
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("lib"));
    Path launcher = Files.copy(Path.of("../../ppo4j"), root.resolve("bin/ppo4j"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.writeString(root.resolve("classpath.txt"), "lib/a.jar:lib/b.jar");
    for (String jar : List.of("ppo4j-app.jar", "lib/a.jar", "lib/b.jar")) {
      Files.writeString(root.resolve(jar), "jar");
    }
    Files.delete(bin.resolve("mvn"));
    script(bin.resolve("tr"), "exec %s \"$@\"".formatted(which("tr")));
    return root;
  }

  @Test
  void theLauncherOfAnArchiveBuildsNothing() throws IOException, InterruptedException {
    Path root = archive();

    Run run = run(root.resolve("bin/ppo4j"), "train", "two words");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out().lines().toList())
        .contains("@" + root + "/jvm-options")
        .contains("-Dppo4j.home=" + folder.resolve(".local/share/ppo4j"))
        .contains("%1$s/ppo4j-app.jar:%1$s/lib/a.jar:%1$s/lib/b.jar".formatted(root))
        .endsWith("org.ppo4j.app.Main", "train", "two words");
    run(root.resolve("bin/ppo4j"));
    assertThat(archives()).isEqualTo(1);
  }

  @Test
  void theLauncherOfAnArchiveTakesTheJavaInIt() throws IOException, InterruptedException {
    Path root = archive();
    Files.move(jdk, root.resolve("jre"));
    jdk = jdk("other", 25, "echo other");
    variable = "JAVA_HOME";

    assertThat(run(root.resolve("bin/ppo4j"), "train").out()).doesNotContain("other\n");
  }

  @Test
  void theLauncherOfAnArchiveNamesAJarThatIsMissing() throws IOException, InterruptedException {
    Path root = archive();
    Files.delete(root.resolve("lib/b.jar"));

    Run run = run(root.resolve("bin/ppo4j"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "ppo4j: %s/lib/b.jar is missing, so this installation is not complete; unpack its archive again.\n"
                .formatted(root));
  }

  @Test
  void theLauncherOfAnArchiveKeepsItsFilesWhereItIsTold() throws IOException, InterruptedException {
    Path root = archive();
    environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
    assertThat(run(root.resolve("bin/ppo4j")).out())
        .contains("-Dppo4j.home=" + folder.resolve("data/ppo4j") + "\n");
    environment.put("PPO4J_HOME", "relative");

    assertThat(run(root.resolve("bin/ppo4j")).err())
        .contains("PPO4J_HOME or XDG_DATA_HOME is relative, which does not begin with a /");
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

  @Test
  @Timeout(60)
  void saysOnceThatItWaitsForAnotherBuild() throws IOException, InterruptedException {
    Path lock = Files.createDirectories(home.resolve("java-agent/app/target/launcher.lock"));
    Process builder = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(lock.resolve("pid"), builder.pid() + "\n");
      Process waiting = start(home.resolve("ppo4j"));
      String told =
          "ppo4j: waiting for process %d, which is building ppo4j...".formatted(builder.pid());
      assertThat(waiting.errorReader().readLine()).isEqualTo(told);
      assertThat(waiting.waitFor(2, TimeUnit.SECONDS)).isFalse(); // waits for the second check
      Files.delete(lock.resolve("pid"));
      Files.delete(lock);

      String after = String.join("\n", waiting.errorReader().lines().toList());
      assertThat(waiting.waitFor()).isEqualTo(7);
      assertThat(after).startsWith("ppo4j: building the project").doesNotContain("waiting");
    } finally {
      builder.destroyForcibly();
    }
  }

  /** The number of the process that built is another one's now. */
  @Test
  @Timeout(60)
  @EnabledOnOs(OS.LINUX)
  void takesOverALockOfAnotherProcessWithThatNumber() throws IOException, InterruptedException {
    Path lock = Files.createDirectories(home.resolve("java-agent/app/target/launcher.lock"));
    Files.writeString(lock.resolve("pid"), ProcessHandle.current().pid() + " 1\n");

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void takesOverALockThatIsAFile() throws IOException, InterruptedException {
    Path target = Files.createDirectories(home.resolve("java-agent/app/target"));
    Files.createFile(target.resolve("launcher.lock"));

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
    assertThat(builds()).isEqualTo(1);
  }

  /** Makes Maven a program that builds until it is ended, and says both in files. */
  private void buildEndlessly() throws IOException {
    script(
        bin.resolve("mvn"),
        """
        trap 'echo > %1$s/ended; exit 1' TERM
        echo > %1$s/started
        while :; do sleep 0.1; done\
        """
            .formatted(folder));
  }

  private void await(String file) throws InterruptedException {
    while (!Files.exists(folder.resolve(file))) {
      Thread.sleep(20);
    }
  }

  @Test
  @Timeout(60)
  void aSignalEndsMavenToo() throws IOException, InterruptedException {
    buildEndlessly();
    Process launcher = start(home.resolve("ppo4j"));
    await("started");

    launcher.toHandle().destroy(); // Process.destroy closes its streams

    assertThat(ended(launcher).exitCode()).isEqualTo(143);
    assertThat(folder.resolve("ended")).exists();
    assertThat(home.resolve("java-agent/app/target/launcher.lock")).doesNotExist();
  }

  @Test
  @Timeout(60)
  @EnabledOnOs(OS.LINUX)
  void theMavenOfAKilledLauncherIsEndedByTheNext() throws IOException, InterruptedException {
    String build = Files.readString(bin.resolve("mvn"));
    buildEndlessly();
    Process launcher = start(home.resolve("ppo4j"));
    await("started");
    Path child = home.resolve("java-agent/app/target/launcher.lock/child");
    while (!Files.exists(child) || Files.size(child) == 0) {
      Thread.sleep(20);
    }
    launcher.destroyForcibly().waitFor();
    Files.delete(bin.resolve("mvn")); // the shell that runs the old one still reads it
    Files.writeString(bin.resolve("mvn"), build);
    assertThat(bin.resolve("mvn").toFile().setExecutable(true)).isTrue();
    assertThat(folder.resolve("ended")).doesNotExist();

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
    await("ended");
  }

  @Test
  @Timeout(60)
  void takesOverALockThatNamesNoProcess() throws IOException, InterruptedException {
    Files.createDirectories(home.resolve("java-agent/app/target/launcher.lock"));

    assertThat(run(home.resolve("ppo4j")).exitCode()).isEqualTo(7);
    assertThat(builds()).isEqualTo(1);
  }
}
