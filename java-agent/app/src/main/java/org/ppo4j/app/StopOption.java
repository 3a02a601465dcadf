package org.ppo4j.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that ends a training before all its steps are done. */
final class StopOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--stop-at-return",
      paramLabel = "R",
      description =
          "End as solved after the first update at which the mean return of the last 100 training"
              + " episodes is at least R. Default: never, or as the run was started.")
  private @Nullable Double mean;

  /** Returns the mean return to stop at; null if none was given. */
  @Nullable Double atReturn() {
    if (mean != null && Double.isNaN(mean)) {
      throw new ParameterException(
          spec.commandLine(), "--stop-at-return must be a number, but is NaN");
    }
    return mean;
  }
}
