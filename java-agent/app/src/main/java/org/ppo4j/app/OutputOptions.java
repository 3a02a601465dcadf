package org.ppo4j.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much a training prints. */
final class OutputOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  private boolean quiet;

  @Option(names = "--verbose", hidden = true, description = "The default; the opposite of --quiet.")
  private boolean verbose;

  @Option(
      names = "--no-hints",
      description =
          "Do not watch for signs of trouble, such as a collapsed entropy. Default: each is"
              + " reported once, with what to try.")
  private boolean noHints;

  /** Returns whether the training is watched for signs of trouble. */
  boolean hints() {
    return !noHints;
  }

  /** Returns whether only errors are printed. */
  boolean quiet() {
    if (quiet && verbose) {
      throw new ParameterException(
          spec.commandLine(), "--quiet and --verbose contradict each other; give one of them");
    }
    return quiet;
  }
}
