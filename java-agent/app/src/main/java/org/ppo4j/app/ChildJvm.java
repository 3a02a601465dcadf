package org.ppo4j.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that run commands of ppo4j in a separate JVM, with the options of this one. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Returns the command line of {@code ./ppo4j arguments}.
   *
   * @param cores how many cores the command sees, so that commands that run at the same time do not
   *     start more threads and workers than there are cores
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
   * @param classPath the class path of the JVM
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

  /**
   * Returns false for arguments about the terminal, which a child does not have, and a debugger,
   * whose port is in use.
   */
  static boolean isForChildren(String argument) {
    return !argument.startsWith("-Dppo4j.columns")
        && !argument.startsWith("-XX:ActiveProcessorCount")
        && !argument.startsWith("-agentlib")
        && !argument.startsWith("-javaagent");
  }
}
