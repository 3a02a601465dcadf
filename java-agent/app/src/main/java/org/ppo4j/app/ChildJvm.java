package org.ppo4j.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands of ppo4j in a JVM of their own, started as this one was. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Returns the command line of {@code ./ppo4j arguments}.
   *
   * @param cores how many cores the command sees, so that those that run side by side start no more
   *     threads and workers than there is room for
   */
  static List<String> command(List<String> arguments, int cores) {
    List<String> command = java(cores);
    command.add("org.ppo4j.app.Main");
    command.addAll(arguments);
    return command;
  }

  static List<String> java(int cores) {
    return java(cores, System.getProperty("java.class.path"));
  }

  /**
   * Returns the command line of a JVM, to which a class and its arguments are added.
   *
   * @param classPath what it finds classes on
   */
  static List<String> java(int cores, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(ChildJvm::isForChildren)
        .forEach(command::add);
    command.add("-XX:ActiveProcessorCount=" + cores);
    command.add("-cp");
    command.add(classPath);
    return command;
  }

  /** A child has no terminal, and a debugger's port is taken. */
  private static boolean isForChildren(String argument) {
    return !argument.startsWith("-Dppo4j.columns")
        && !argument.startsWith("-XX:ActiveProcessorCount")
        && !argument.startsWith("-agentlib")
        && !argument.startsWith("-javaagent");
  }
}
