package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** What other users of the machine, and hostile names, can reach: nothing. */
@EnabledOnOs(OS.LINUX)
class DoorsTest {
  /** The user without rights. */
  private static final String NOBODY = "65534";

  @TempDir Path folder;

  @AfterEach
  void nothingRemains() {
    assertThat(TestWorkers.running()).isEmpty();
  }

  /**
   * Returns an interpreter that notes the tokens that a worker receives, in the file {@code
   * tokens}, and the line by which it announces its port, in {@code announced}.
   */
  private Path noting() throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path script = Files.createFile(folder.resolve("python"), mode);
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" != -m ]; then exec '%1$s' "$@"; fi
        IFS= read -r token
        IFS= read -r answer
        printf '%%s\\n' "$token" "$answer" >>'%2$s/tokens'
        { printf '%%s\\n' "$token" "$answer"; exec cat; } | '%1$s' "$@" | tee -a '%2$s/announced'
        """
            .formatted(TestWorkers.PYTHON.toAbsolutePath(), folder));
    return script;
  }

  private PythonEnvConfig noted(String name, int workers) throws IOException {
    PythonEnvConfig config = TestWorkers.config(name, workers).withWorkers(workers);
    return new PythonEnvConfig(
        config.id(),
        workers,
        Map.of(),
        workers,
        noting(),
        config.limits(),
        config.seeds(),
        config.output(),
        config.exactRecovery());
  }

  private static List<Long> processes() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // a process that has ended
    }
  }

  @Test
  @Tag("python")
  void tokensHave256BitsAndStandNowhere() throws IOException {
    try (VectorEnv env = PythonVectorEnv.open(noted("Counting", 3))) {
      env.reset(0, StepBatch.of(env));
      List<String> tokens = Files.readAllLines(folder.resolve("tokens"));
      assertThat(tokens).hasSize(6).doesNotHaveDuplicates();
      List<Long> processes = processes();
      assertThat(processes).as("Java and the workers").hasSizeGreaterThan(3);
      List<Path> visible = new ArrayList<>();
      for (long pid : processes) {
        visible.add(Path.of("/proc/%d/cmdline".formatted(pid)));
        visible.add(Path.of("/proc/%d/environ".formatted(pid)));
      }
      visible.addAll(TestWorkers.mapFiles(ProcessHandle.current().pid()));
      assertThat(text(visible.get(1))).as("Java's environment").contains("PATH=");
      for (String token : tokens) {
        assertThat(Base64.getUrlDecoder().decode(token)).hasSize(32);
        assertThat(visible)
            .allSatisfy(file -> assertThat(text(file)).as("%s", file).doesNotContain(token));
      }
    }
  }

  @Test
  @Tag("python")
  void everySocketIsOnTheLoopbackInterface() throws IOException {
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 3).withWorkers(3))) {
      env.reset(0, StepBatch.of(env));
      List<String> inodes = new ArrayList<>();
      for (long pid : processes()) {
        inodes.addAll(sockets(pid));
      }
      int connections = 0;
      for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
        for (String line : Files.readAllLines(Path.of("/proc/self/net/" + table))) {
          String[] words = line.strip().split("\\s+");
          if (words.length > 9 && inodes.contains(words[9])) {
            connections++;
            assertThat(table + " " + words[1])
                .matches("tcp 0100007F:.*|tcp6 0{16}FFFF00000100007F:.*|tcp6 0{24}01000000:.*");
          }
        }
      }
      assertThat(connections).as("both ends of three connections").isGreaterThanOrEqualTo(6);
    }
  }

  /** Returns the inodes of a process's sockets. */
  private static List<String> sockets(long pid) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/%d/fd".formatted(pid)))) {
      return descriptors
          .map(DoorsTest::target)
          .filter(target -> target.startsWith("socket:["))
          .map(target -> target.substring(8, target.length() - 1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }

  @Test
  @Tag("python")
  void anotherUserGetsNothingAndStopsNothing() throws IOException, InterruptedException {
    assumeTrue(isRoot(), "only root can start a process as another user");
    double[] alone;
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 1))) {
      alone = steps(env, 200);
    }
    try (VectorEnv env = PythonVectorEnv.open(noted("Counting", 1))) {
      String port = Files.readString(folder.resolve("announced")).split("\\s+")[2];
      List<String> command = new ArrayList<>(List.of(TestWorkers.PYTHON.toString(), stranger()));
      command.addAll(
          List.of(NOBODY, port, "b2xkIHRva2VuIG9mIGFub3RoZXIgd29ya2VyLCAzMiBieXRlcw", "3"));
      processes().forEach(pid -> command.add(Long.toString(pid)));
      Process stranger = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader output = stranger.inputReader(StandardCharsets.UTF_8)) {
        assertThat(output.readLine()).isEqualTo("ready");
        assertThat(steps(env, 200)).isEqualTo(alone);
        while (stranger.isAlive() && !output.ready()) {
          steps(env, 20);
        }
        assertThat(output.lines()).singleElement().asString().startsWith("done after ");
        assertThat(stranger.waitFor()).isZero();
        assertThat(steps(env, 200)).isEqualTo(alone);
      } finally {
        stranger.destroyForcibly();
      }
    }
  }

  private static String stranger() {
    return Path.of("../../python-bridge/tests/stranger.py").toAbsolutePath().toString();
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private static double[] steps(VectorEnv env, int count) {
    StepBatch batch = StepBatch.of(env);
    env.reset(1, batch);
    for (int t = 0; t < count; t++) {
      env.step(new double[env.numEnvs()], batch);
    }
    return Arrays.copyOfRange(batch.observations, 1, 3); // without the number of resets
  }

  @Test
  void aMapDoesNotFollowLinks() throws IOException {
    Space two = new Space.Discrete(2);
    BridgeLayout layout = BridgeLayout.of(1, two, two, 0);
    Path target = Files.writeString(folder.resolve("target"), "kept");
    Path missing = folder.resolve("missing");
    for (Path linked : List.of(target, missing)) {
      Path link = folder.resolve("map");
      Files.createSymbolicLink(link, linked);
      assertThatThrownBy(() -> new SharedMap(layout, two, link).close())
          .isInstanceOf(EnvException.class)
          .hasMessageContaining("cannot make a map");
      assertThat(target).hasContent("kept");
      assertThat(missing).doesNotExist();
      assertThat(Files.isSymbolicLink(link)).as("another's file stays").isTrue();
      Files.delete(link);
    }
  }

  @Test
  @Tag("python")
  void idsAndArgumentsAreNotReadByAShell() throws IOException {
    Path made = folder.resolve("made");
    for (String hostile :
        List.of("; touch %s", "$(touch %s)", "`touch %s`", "|touch %s", "\ntouch %s")) {
      String text = hostile.formatted(made);
      PythonEnvConfig byId = TestWorkers.gymnasium("CartPole-v1" + text, 1);
      PythonEnvConfig byArgument =
          TestWorkers.config("Counting", 1).withKwargs(Map.of("x" + text, text));
      for (PythonEnvConfig config : List.of(byId, byArgument)) {
        assertThatThrownBy(() -> PythonVectorEnv.open(config).close())
            .isInstanceOf(EnvException.class);
      }
    }
    assertThat(made).doesNotExist();
  }
}
