package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ppo4j.env.EnvException;

/**
 * A virtual environment of Python, made once, and made again for other contents.
 *
 * <p>Its file {@code complete} describes what it was made from. That file is written last, so that
 * an interrupted process leaves none. If several processes need the environment, one makes it and
 * the others wait. At any time before it is complete, {@code ppo4j-unfinished} marks the folder as
 * one that this class makes.
 */
public final class PythonVenv {
  private static final String COMPLETE = "complete";
  private static final String UNFINISHED = "ppo4j-unfinished";
  private static final int KEPT_LINES = 12;

  private static final String VERSIONS =
      """
      import importlib.metadata, platform
      print("python", platform.python_version())
      for found in importlib.metadata.distributions():
          print(found.metadata["Name"].lower().replace("_", "-"), found.version)
      """;

  private final Path folder;
  private final String contents;
  private final Path work;
  private final String name;
  private final Consumer<String> progress;

  /**
   * Creates the description of an environment; nothing is made yet.
   *
   * @param contents a description of what it is made from; an environment with another one is made
   *     again
   * @param work the folder of the files {@code name.log} and {@code name.lock}
   * @param progress receives a line before each slow operation
   */
  public PythonVenv(
      Path folder, String contents, Path work, String name, Consumer<String> progress) {
    this.folder = folder.toAbsolutePath();
    this.contents = contents;
    this.work = work;
    this.name = name;
    this.progress = progress;
  }

  /** Returns the path of its interpreter. */
  public Path python() {
    return folder.resolve("bin/python");
  }

  /** Returns whether it exists, with these contents. */
  public boolean isComplete() throws IOException {
    Path complete = folder.resolve(COMPLETE);
    return Files.exists(complete)
        && !Files.exists(folder.resolve(UNFINISHED))
        && Files.readString(complete).equals(contents);
  }

  /** Returns whether it exists and this class made it, or began to make it. */
  boolean isOurs() {
    return isUnfinished() || Files.exists(folder.resolve(COMPLETE)) || isUnfinished();
  }

  private boolean isUnfinished() {
    return Files.exists(folder.resolve(UNFINISHED));
  }

  /**
   * Makes it in an empty folder, unless it is complete.
   *
   * @param announcement the line that {@code progress} receives
   * @param interpreter returns the command of the interpreter to make it with
   * @param installs the arguments of {@code pip install}, one list for each call
   * @throws VenvException if one of the commands fails
   */
  public void make(String announcement, Supplier<String> interpreter, List<List<String>> installs)
      throws IOException, VenvException {
    withLock(
        () -> {
          progress.accept(announcement);
          create(interpreter);
          install(installs);
        });
  }

  /** As {@link #make}, but keeps an environment with other contents and installs into it. */
  void makeOrUpdate(String announcement, Supplier<String> interpreter, List<List<String>> installs)
      throws IOException, VenvException {
    withLock(
        () -> {
          progress.accept(announcement);
          if (!Files.exists(folder) || Files.exists(folder.resolve(UNFINISHED))) {
            create(interpreter);
          }
          install(installs);
        });
  }

  /** The part of making that one process at a time executes. */
  private interface Steps {
    void run() throws IOException, VenvException;
  }

  private void withLock(Steps steps) throws IOException, VenvException {
    Files.createDirectories(work);
    Path lock = work.resolve(name + ".lock");
    synchronized (PythonVenv.class) { // a file lock belongs to the whole process
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = acquire(channel)) {
        if (!isComplete()) {
          steps.run();
        }
      }
    }
  }

  private FileLock acquire(FileChannel channel) throws IOException {
    FileLock free = channel.tryLock();
    if (free != null) {
      return free;
    }
    progress.accept("Waiting for another process, which is making %s...".formatted(folder));
    return channel.lock();
  }

  private void create(Supplier<String> interpreter) throws IOException, VenvException {
    String python = interpreter.get();
    begin();
    run(List.of(python, "-m", "venv", folder.toString()));
  }

  /** Makes the folder one with the mark alone; other processes never see it without a mark. */
  void begin() throws IOException {
    Path mark = folder.resolve(UNFINISHED);
    if (isOurs()) {
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
      List<Path> others;
      try (Stream<Path> files = Files.list(folder)) {
        others = files.filter(file -> !file.equals(mark)).toList();
      }
      for (Path each : others) {
        deleteTree(each);
      }
      return;
    }
    deleteTree(folder);
    Path made = folder.resolveSibling(folder.getFileName() + ".new");
    deleteTree(made);
    Files.createDirectories(made);
    Files.createFile(made.resolve(UNFINISHED));
    Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private void install(List<List<String>> installs) throws IOException, VenvException {
    for (List<String> arguments : installs) {
      List<String> command = new ArrayList<>(List.of(python().toString(), "-m", "pip", "install"));
      command.addAll(List.of("--disable-pip-version-check", "--progress-bar=off"));
      command.addAll(arguments);
      run(command);
    }
    Files.writeString(folder.resolve(COMPLETE), contents);
    Files.deleteIfExists(folder.resolve(UNFINISHED));
  }

  private void run(List<String> command) throws IOException, VenvException {
    Path log = work.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    WorkerPython.ignoreCurrentFolder(builder);
    builder.environment().put("PYTHONUTF8", "1"); // the log is read as UTF-8
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      if (process.waitFor() == 0) {
        return;
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new EnvException("interrupted while %s was being made".formatted(folder), e);
    }
    String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    throw new VenvException(
        command, lines.subList(Math.max(0, lines.size() - KEPT_LINES), lines.size()));
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * Returns the versions of the installed packages among {@code names}, and of Python as {@code
   * python}.
   *
   * @throws IOException if {@code python} cannot be run
   */
  public static Map<String, String> versions(Path python, List<String> names) throws IOException {
    Map<String, String> versions = new HashMap<>();
    ShortProgram.output(List.of(python.toString(), "-c", VERSIONS))
        .orElse("")
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(words -> words.length == 2 && names.contains(words[0]))
        .forEach(words -> versions.putIfAbsent(words[0], words[1]));
    return versions;
  }
}
