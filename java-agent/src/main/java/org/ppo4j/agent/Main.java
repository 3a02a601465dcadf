package org.ppo4j.agent;

import org.ppo4j.agent.cli.RootCommand;
import org.ppo4j.agent.cli.Terminal;

/** Where the launcher starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Terminal.eraseIncubatorWarning();
    System.exit(RootCommand.commandLine().execute(args));
  }
}
