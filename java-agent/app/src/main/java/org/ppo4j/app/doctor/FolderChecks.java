package org.ppo4j.app.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folders that trainings write to. */
final class FolderChecks {
  private static final long MIN_DISK_MB = 100;
  private static final long MIN_SHARED_MB = 16;

  private final Machine machine;
  private final Task task;

  FolderChecks(Machine machine, Task task) {
    this.machine = machine;
    this.task = task;
  }

  List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(runs());
    findings.add(temporary());
    findings.add(shared(Path.of("/dev/shm")));
    findings.add(cache());
    return findings;
  }

  private Finding runs() {
    Path runs = machine.workingFolder().resolve("runs");
    Optional<String> obstacle = Machine.obstacle(runs);
    if (obstacle.isPresent()) {
      return Finding.missing(
          "Runs", obstacle.get(), "go to a folder that you can write to, or give --run-dir");
    }
    long free = freeMegabytes(runs);
    return free >= MIN_DISK_MB
        ? Finding.ok("Runs", "%s, %,d MB free".formatted(runs, free))
        : Finding.missing(
            "Runs",
            "%s has only %,d MB free".formatted(runs, free),
            "free some space, or give --run-dir on another disk");
  }

  private Finding temporary() {
    Path folder = Path.of(machine.property("java.io.tmpdir"));
    String name = "Temporary";
    if (!Files.isDirectory(folder)) {
      return Finding.unless(
          task.needsPython(),
          name,
          folder + " is not a folder",
          "set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER to one that exists");
    }
    return Machine.obstacle(folder)
        .map(
            obstacle ->
                Finding.unless(
                    task.needsPython(),
                    name,
                    obstacle,
                    "set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER to one that can be written"))
        .orElseGet(() -> Finding.ok(name, folder.toString()));
  }

  private static Finding shared(Path folder) {
    String name = "/dev/shm";
    if (!Files.isDirectory(folder) || Machine.obstacle(folder).isPresent()) {
      return Finding.note(
          name,
          "not there or not writable; Java and Python share memory in the folder for temporary"
              + " files",
          "mount -t tmpfs tmpfs /dev/shm");
    }
    long free = freeMegabytes(folder);
    return free >= MIN_SHARED_MB
        ? Finding.ok(name, "%,d MB free".formatted(free))
        : Finding.note(
            name,
            "only %,d MB free; large observations in Python need more".formatted(free),
            "start the container with a larger --shm-size");
  }

  /** The folder that MuJoCo is fetched to. */
  private Finding cache() {
    String name = "Cache";
    String named = machine.variable("XDG_CACHE_HOME");
    Path folder =
        named.isEmpty() ? Path.of(machine.property("user.home"), ".cache") : Path.of(named);
    Path ours = folder.resolve("ppo4j");
    boolean needed = task.needsMujocoLibrary() && !MujocoChecks.isReady(task);
    return Machine.obstacle(ours)
        .map(
            obstacle ->
                Finding.unless(
                    needed, name, obstacle, "set XDG_CACHE_HOME to a folder that can be written"))
        .orElseGet(() -> Finding.ok(name, ours.toString()));
  }

  /** Returns the space that is free for a folder, or the nearest parent that exists. */
  private static long freeMegabytes(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      FileStore store = Files.getFileStore(existing);
      return store.getUsableSpace() >> 20;
    } catch (IOException e) {
      return 0;
    }
  }
}
