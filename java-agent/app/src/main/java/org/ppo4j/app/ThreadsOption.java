package org.ppo4j.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for the number of threads of the learner. */
final class ThreadsOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      paramLabel = "1|2",
      description =
          "Threads of the learner: 2 run actor and critic at the same time. Results do not depend"
              + " on it. Default: 2 if there are two cores.")
  private @Nullable Integer threads;

  int threads() {
    if (threads == null) {
      return Math.min(2, Runtime.getRuntime().availableProcessors());
    }
    if (threads < 1 || threads > 2) {
      throw new ParameterException(
          spec.commandLine(), "--threads must be 1 or 2, but is " + threads);
    }
    return threads;
  }
}
