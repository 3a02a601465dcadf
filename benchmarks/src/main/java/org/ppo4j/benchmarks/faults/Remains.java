package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What workers left on a Linux machine: processes, orphans too, and files in shared memory. */
final class Remains {
  private static final String VARIABLE = "PPO4J_FAULTS";
  private static final long PATIENCE_MILLIS = 3000;

  private Remains() {}

  /** Waits up to 3 seconds for everything to be gone, and returns the names of what is not. */
  static List<String> find() throws InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (true) {
      List<String> found = look();
      if (found.isEmpty() || System.currentTimeMillis() > until) {
        return found;
      }
      Thread.sleep(20);
    }
  }

  private static List<String> look() {
    List<String> found = new ArrayList<>();
    long own = ProcessHandle.current().pid();
    String mark = VARIABLE + "=" + System.getenv(VARIABLE) + "\0";
    for (Path process : list("/proc", "[0-9]+")) {
      if (!process.endsWith(Long.toString(own)) && environment(process).contains(mark)) {
        found.add("process " + process.getFileName());
      }
    }
    for (Path map : list("/dev/shm", "ppo4j-" + own + "-.*")) {
      found.add("file " + map);
    }
    return found;
  }

  private static List<Path> list(String folder, String name) {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.getFileName().toString().matches(name)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) { // it has just ended
      return "";
    }
  }
}
