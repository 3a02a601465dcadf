package org.ppo4j.agent;

import org.ppo4j.agent.cli.RootCommand;
import org.ppo4j.agent.cli.Terminal;

/** Where the launcher starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // What the native environments have to say, such as that a library is being fetched.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%n");
    Terminal.eraseIncubatorWarning();
    System.exit(RootCommand.commandLine(args).execute(args));
  }
}
