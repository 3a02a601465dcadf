package org.ppo4j.gymnasium;

import java.util.List;
import org.ppo4j.agent.files.ShellCommand;

/** Thrown when a command fails that makes a virtual environment. */
public final class VenvException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String command;

  @SuppressWarnings("serial") // made by List.copyOf, which is serializable
  private final List<String> lastLines;

  VenvException(List<String> command, List<String> lastLines) {
    super("%s failed: %s".formatted(ShellCommand.of(command), last(lastLines)));
    this.command = ShellCommand.of(command);
    this.lastLines = List.copyOf(lastLines);
  }

  private static String last(List<String> lines) {
    return lines.isEmpty() ? "it printed nothing" : lines.getLast();
  }

  /** Returns the command. */
  public String command() {
    return command;
  }

  /** Returns the last lines that it printed. */
  public List<String> lastLines() {
    return lastLines;
  }
}
