package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The interpreter of these tests is a shell script that records its arguments. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot run a shell script as python3")
class PythonVenvTest {
  private static final List<List<String>> INSTALLS = List.of(List.of("one"), List.of("two"));

  @TempDir private Path folder;
  private final Queue<String> progress = new ConcurrentLinkedQueue<>();
  private Path python;

  @BeforeEach
  void interpreter() throws IOException {
    python = folder.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        echo "$*" >> "%1$s/calls"
        case "$1 $2" in
          "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
          "-m pip") echo "installing $6"; test ! -e "%1$s/failing-$6" ;;
          "-c "*) printf 'python 3.11.7\\nnumpy 2.4.6\\nother 1\\nnumpy 1.0\\n' ;;
        esac
        """
            .formatted(folder));
    assertThat(python.toFile().setExecutable(true)).isTrue();
  }

  private PythonVenv venv(String contents) {
    return new PythonVenv(
        folder.resolve("venv"), contents, folder.resolve("work"), "v", progress::add);
  }

  private void make(PythonVenv venv) throws IOException, VenvException {
    venv.make("making", python::toString, INSTALLS);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  /** Another process takes a folder without a mark for the user's. */
  @Test
  void theFolderHasAMarkAtAllTimes() throws Exception {
    make(venv("a"));
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Integer> unmarked =
          pool.submit(
              () -> {
                int count = 0;
                PythonVenv venv = venv("b");
                while (!done.get()) {
                  count += Files.exists(folder.resolve("venv")) && !venv.isOurs() ? 1 : 0;
                }
                return count;
              });
      try {
        for (int i = 0; i < 50; i++) {
          for (int file = 0; file < 20; file++) {
            Files.writeString(folder.resolve("venv/file" + file), "");
          }
          venv("b").begin();
          assertThat(folder.resolve("venv")).isDirectoryContaining("glob:**ppo4j-unfinished");
          try (Stream<Path> files = Files.list(folder.resolve("venv"))) {
            assertThat(files).hasSize(1);
          }
        }
      } finally {
        done.set(true);
      }
      assertThat(unmarked.get()).isZero();
    }
  }

  @Test
  void otherContentsAreMadeInAnEmptyFolder() throws IOException, VenvException {
    make(venv("a"));
    Path added = Files.createFile(folder.resolve("venv/added"));
    make(venv("a"));
    assertThat(added).exists();
    assertThat(calls()).hasSize(3);

    assertThat(venv("b").isComplete()).isFalse();
    make(venv("b"));

    assertThat(added).doesNotExist();
    assertThat(venv("b").isComplete()).isTrue();
    assertThat(calls()).hasSize(6);
    assertThat(progress).containsExactly("making", "making");
  }

  @Test
  void aFailedCommandLeavesItIncompleteAndIsReported() throws IOException, VenvException {
    Path fault = Files.createFile(folder.resolve("failing-two"));

    assertThatExceptionOfType(VenvException.class)
        .isThrownBy(() -> make(venv("a")))
        .withMessageMatching(".*bin/python -m pip install .* two failed: installing two");
    assertThat(venv("a").isComplete()).isFalse();
    assertThat(venv("a").isOurs()).isTrue();

    Files.delete(fault);
    make(venv("a"));
    assertThat(venv("a").isComplete()).isTrue();
  }

  @Test
  void oneOfTwoMakesIt() throws Exception {
    Callable<Path> making =
        () -> {
          make(venv("a"));
          return venv("a").python();
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Path> made : threads.invokeAll(List.of(making, making))) {
        assertThat(made.get()).isExecutable();
      }
    }
    assertThat(calls()).hasSize(3);
    assertThat(progress).containsExactly("making");
  }

  @Test
  void versionsAreTheFirstOfEachName() throws IOException {
    assertThat(PythonVenv.versions(python, List.of("python", "numpy", "torch")))
        .isEqualTo(Map.of("python", "3.11.7", "numpy", "2.4.6"));
  }
}
