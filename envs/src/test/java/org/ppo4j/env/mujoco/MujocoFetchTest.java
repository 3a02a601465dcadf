package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;

/** Downloads with scripts in place of Python; the tests do not use the network. */
@DisabledOnOs(OS.WINDOWS)
class MujocoFetchTest {
  @TempDir private Path folder;

  private Path target() {
    return folder.resolve("cache/ppo4j/mujoco-4.0.0");
  }

  @Test
  void neededFilesAreExtractedFromTheWheels() throws IOException {
    MujocoHome home = new MujocoFetch(target(), List.of("no-such-python", pip())).fetch();

    assertThat(home.library()).hasContent("library");
    assertThat(home.assets().resolve("hopper.xml")).hasContent("hopper");
    assertThat(target().resolve("licenses/mujoco_core/LICENSE")).hasContent("licence");
    assertThat(target().resolve("..").resolve("evil.xml").normalize()).doesNotExist();
    assertThat(names(target()))
        .containsExactlyInAnyOrder(MujocoHome.libraryName(), "assets", "licenses");
    assertThat(names(folder.resolve("cache/ppo4j")))
        .containsExactlyInAnyOrder("mujoco-4.0.0", "mujoco-4.0.0.lock");
    assertThat(Files.readAllLines(folder.resolve("calls")).getFirst())
        .contains("-m pip download", "--no-deps", "--require-hashes", "wheels.lock");
  }

  @Test
  void onlyOneOfTwoDownloads() throws IOException {
    String pip = pip();
    CompletableFuture<MujocoHome> other =
        CompletableFuture.supplyAsync(() -> new MujocoFetch(target(), List.of(pip)).fetch());
    MujocoHome home = new MujocoFetch(target(), List.of(pip)).fetch();

    assertThat(other.join()).isEqualTo(home);
    assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(1);
  }

  @Test
  void remainsOfAnInterruptedDownloadAreReplaced() throws IOException {
    Path left = folder.resolve("cache/ppo4j/mujoco-4.0.0.partial/home/assets");
    Files.createDirectories(left);
    Files.writeString(left.resolve("hopper.xml"), "half");
    MujocoHome home = new MujocoFetch(target(), List.of(pip())).fetch();
    assertThat(home.assets().resolve("hopper.xml")).hasContent("hopper");
  }

  @Test
  void failuresNameTheRemedyAndLeaveNothing() throws IOException {
    String failing = script("failing", "echo 'ERROR: no network' >&2; exit 1");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> new MujocoFetch(target(), List.of(failing)).fetch())
        .withMessageContaining("reports: ERROR: no network")
        .withMessageContaining("set PPO4J_MUJOCO_HOME to a folder");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> new MujocoFetch(target(), List.of("no-such-python")).fetch())
        .withMessageContaining("no command no-such-python was found");
    String empty = script("empty", "exit 0");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> new MujocoFetch(target(), List.of(empty)).fetch())
        .withMessageContaining("the wheels do not contain " + MujocoHome.libraryName());
    assertThat(names(folder.resolve("cache/ppo4j"))).containsExactly("mujoco-4.0.0.lock");
  }

  /** Creates a Python script whose pip copies two wheels and logs its calls. */
  private String pip() throws IOException {
    Path wheels = Files.createDirectories(folder.resolve("wheels"));
    wheel(
        wheels.resolve("mujoco_core-4.0.0-cp311-cp311-linux.whl"),
        List.of(
            "mujoco/" + MujocoHome.libraryName(),
            "library",
            "mujoco/other.so",
            "not needed",
            "mujoco_core-4.0.0.dist-info/licenses/LICENSE",
            "licence"));
    wheel(
        wheels.resolve("gymnasium-1.4.0-py3-none-any.whl"),
        List.of(
            "gymnasium/envs/mujoco/assets/hopper.xml", "hopper",
            "gymnasium/envs/mujoco/assets/../evil.xml", "evil"));
    return script(
        "pip",
        """
        echo "$@" >>%1$s/calls
        for argument; do
          case $argument in --dest=*) cp %1$s/wheels/*.whl "${argument#--dest=}" ;; esac
        done
        """
            .formatted(folder));
  }

  private String script(String name, String body) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  private static void wheel(Path file, List<String> namesAndContents) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < namesAndContents.size(); i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndContents.get(i)));
        zip.write(namesAndContents.get(i + 1).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
