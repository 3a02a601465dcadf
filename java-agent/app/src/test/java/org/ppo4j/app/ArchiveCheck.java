package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive that the build makes, unpacked in an empty folder, with an empty HOME and no Maven.
 * Runs after the archive is made.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class ArchiveCheck {
  private static final List<String> SHORT =
      List.of("train", "CartPole-v1", "--total-timesteps", "2048", "--run-dir", "run");

  @TempDir private static Path installation;
  private static Path unpacked = Path.of("");
  @TempDir private Path folder;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    unpacked = Archive.unpack(installation);
  }

  @Test
  @Timeout(300)
  void theLauncherTrainsAndDrawsWithNothingElse() throws IOException, InterruptedException {
    CommandRun train = run(launcher(SHORT));

    assertThat(train.exitCode()).as(train.err()).isZero();
    assertThat(train.err()).doesNotContain("building");
    assertThat(train.out()).contains(unpacked.resolve("bin/ppo4j") + " evaluate run");
    CommandRun enjoy = run(launcher(List.of("enjoy", "run", "--video", "play.gif")));
    assertThat(enjoy.exitCode()).as(enjoy.err()).isZero();
    assertThat(folder.resolve("play.gif")).isNotEmptyFile();
    CommandRun export = run(launcher(List.of("export", "run", "--onnx")));
    assertThat(export.exitCode()).as(export.err()).isZero();
    assertThat(run(launcher(List.of("train", "--no-such-option"))).exitCode()).isEqualTo(2);
  }

  @Test
  @Timeout(300)
  void theJarTrainsAsTheLauncherDoes() throws IOException, InterruptedException {
    CommandRun train = run(jar(SHORT));

    assertThat(train.exitCode()).as(train.err()).isZero();
    assertThat(train.err()).doesNotContain("--add-modules");
    assertThat(train.out())
        .contains("java -jar " + unpacked.resolve("ppo4j-app.jar") + " evaluate");
    assertThat(run(jar(List.of("doctor"))).out())
        .contains("Vector API")
        .doesNotContain("not available; networks are");
    assertThat(run(jar(List.of("train", "--no-such-option"))).exitCode()).isEqualTo(2);
  }

  @Test
  void theJarAloneSaysWhatItLacks() throws IOException, InterruptedException {
    Path alone = Files.copy(unpacked.resolve("ppo4j-app.jar"), folder.resolve("alone.jar"));

    CommandRun run = run(List.of(java(), "-jar", alone.toString(), "train"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("alone.jar was started without its libraries").hasLineCount(1);
  }

  @Test
  @Timeout(120)
  void aSignalToTheJarStopsTheTraining() throws IOException, InterruptedException {
    Process process = startLong();

    process.toHandle().destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(folder.resolve("run/summary.json")).content().contains("stopped");
  }

  @Test
  @Timeout(120)
  void theTrainingEndsWithTheJar() throws IOException, InterruptedException {
    Process process = startLong();
    ProcessHandle training =
        process
            .descendants()
            .filter(each -> each.children().findAny().isEmpty())
            .findFirst()
            .orElseThrow();

    process.destroyForcibly();

    training.onExit().join();
    assertThat(folder.resolve("run/summary.json")).content().contains("stopped");
  }

  @Test
  void bothFormatsHaveTheSameFiles() throws IOException {
    try (FileSystem zip =
            FileSystems.newFileSystem(
                Path.of("target", Archive.NAME + ".zip"),
                Map.of("enablePosixFileAttributes", "true"));
        Stream<Path> zipped = Files.walk(zip.getPath(Archive.NAME));
        Stream<Path> files = Files.walk(unpacked)) {
      assertThat(zipped.filter(Files::isRegularFile).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> installation.relativize(file).toString())
                  .toList());
      assertThat(Files.getPosixFilePermissions(zip.getPath(Archive.NAME, "bin", "ppo4j")))
          .contains(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
    }
  }

  /** Starts a long training by {@code java -jar} and returns when it has begun. */
  private Process startLong() throws IOException, InterruptedException {
    Process process =
        builder(jar(List.of("train", "--total-timesteps", "1000000000", "--run-dir", "run")))
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    Path config = folder.resolve("run/config.json");
    while (!Files.exists(config)) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(50);
    }
    return process;
  }

  private static List<String> launcher(List<String> arguments) {
    return joined(List.of(unpacked.resolve("bin/ppo4j").toString()), arguments);
  }

  private static List<String> jar(List<String> arguments) {
    return joined(List.of(java(), "-jar", unpacked.resolve("ppo4j-app.jar").toString()), arguments);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private ProcessBuilder builder(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin" + File.pathSeparator + "/bin");
    builder.environment().put("HOME", Files.createDirectories(folder.resolve("home")).toString());
    builder.environment().put("PPO4J_JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  private CommandRun run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String errors =
        Files.readString(err).replaceFirst("WARNING: Using incubator modules: .*\n", "");
    return new CommandRun(process.exitValue(), Files.readString(out), errors);
  }
}
