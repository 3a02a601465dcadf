package org.ppo4j.app;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import sun.misc.Signal;

/**
 * The main class of {@code java -jar ppo4j-app.jar}, and of JBang. A jar cannot ask for an
 * incubator module, without which a training takes three times as long, so this class starts Java
 * again with the launcher's options, which takes 0.1 s, unless Java was started with the module and
 * the libraries.
 *
 * <p>The second Java has the first one's terminal and standard streams, receives its signals, and
 * ends with it.
 */
public final class JarMain {
  private static final String MODULE = "jdk.incubator.vector";

  /** The list of the libraries, which the build makes. */
  private static final String LIBRARIES = "classpath.txt";

  /** Prints rows and columns of the terminal, if there is one. */
  private static final String TERMINAL_SIZE =
      "[ -t 2 ] && [ \"${TERM:-dumb}\" != dumb ] && stty size <&2";

  private JarMain() {}

  public static void main(String[] args) throws InterruptedException {
    String given = System.getProperty("java.class.path");
    boolean hasModule = ModuleLayer.boot().findModule(MODULE).isPresent();
    boolean canHaveModule = ModuleFinder.ofSystem().find(MODULE).isPresent();
    try {
      String classPath = withLibraries(given);
      requireLibraries(given, classPath);
      if (classPath.equals(given) && (hasModule || !canHaveModule)) {
        Main.main(args);
        return;
      }
      Process java =
          new ProcessBuilder(command(canHaveModule, given, classPath, args)).inheritIO().start();
      for (String name : List.of("INT", "TERM", "HUP")) {
        Signal.handle(new Signal(name), signal -> pass(signal, java));
      }
      System.exit(java.waitFor());
    } catch (IOException e) {
      System.err.println("ppo4j: Java cannot be started again with its options: " + e);
      System.exit(1);
    }
  }

  /** Returns the class path with the libraries in {@code lib}, if it is one jar next to them. */
  static String withLibraries(String given) throws IOException {
    Path list = Path.of(given).resolveSibling(LIBRARIES);
    if (given.contains(File.pathSeparator) || !Files.exists(list)) {
      return given;
    }
    List<String> jars = new ArrayList<>(List.of(given));
    for (String library : Files.readString(list).strip().split(":", -1)) {
      jars.add(list.resolveSibling(library).toString());
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void requireLibraries(String given, String classPath) {
    if (classPath.equals(given)
        && JarMain.class.getResource("/picocli/CommandLine.class") == null) {
      System.err.printf(
          "ppo4j: %s was started without its libraries, expected in the folder lib next to it, as"
              + " in the archive of ppo4j; start the one that is there%n",
          given);
      System.exit(1);
    }
  }

  private static List<String> command(
      boolean canHaveModule, String given, String classPath, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> !each.contains(MODULE) && !each.startsWith("-agentlib"))
        .forEach(command::add);
    options().stream()
        .filter(each -> canHaveModule || !each.contains(MODULE))
        .forEach(command::add);
    if (!given.contains(File.pathSeparator)) {
      command.add("-Dppo4j.jar=" + given);
    }
    command.add("-Dppo4j.home=" + home(System.getenv()));
    command.add("-Dppo4j.columns=" + columns());
    command.add("-Dppo4j.parent=" + ProcessHandle.current().pid());
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /** Returns the options of the file that the launcher passes to Java. */
  static List<String> options() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(JarMain.class.getResourceAsStream("jvm-options"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  /** Returns the folder of the files that ppo4j makes, as the launcher of an archive has it. */
  static Path home(Map<String, String> variables) {
    String named = variables.getOrDefault("PPO4J_HOME", "");
    if (!named.isEmpty()) {
      return Path.of(named).toAbsolutePath();
    }
    String data = variables.getOrDefault("XDG_DATA_HOME", "");
    return (data.isEmpty()
            ? Path.of(variables.getOrDefault("HOME", "/"), ".local", "share")
            : Path.of(data))
        .resolve("ppo4j")
        .toAbsolutePath();
  }

  /** Returns the width of the terminal that standard error goes to; 0 if there is none. */
  private static int columns() throws InterruptedException {
    try {
      Process stty =
          new ProcessBuilder("/bin/sh", "-c", TERMINAL_SIZE)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return stty.waitFor() == 0 && answer.matches("\\d+ \\d+\\s*")
          ? Integer.parseInt(answer.strip().split(" ", -1)[1])
          : 0;
    } catch (IOException _) {
      return 0; // there is no sh
    }
  }

  /** Sends a signal on; the other Java takes two within a second, as from a terminal, for one. */
  private static void pass(Signal signal, Process java) {
    try {
      new ProcessBuilder("kill", "-" + signal.getName(), Long.toString(java.pid())).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kill", e);
    }
  }

  /** Ends this Java with the one that started it, as if that had passed a signal on. */
  static void endWithParent() {
    Long parent = Long.getLong("ppo4j.parent");
    if (parent == null) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("parent")
        .start(
            () -> {
              ProcessHandle.of(parent).ifPresent(handle -> handle.onExit().join());
              Signal.raise(new Signal("TERM"));
            });
  }
}
