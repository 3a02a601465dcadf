package org.ppo4j.app;

import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.parameter.Algorithm;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --eval-in-place}. */
final class InPlaceOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--eval-in-place",
      description =
          "Evaluate in the environments of the training, where there cannot be others; their"
              + " episodes are cut off. Default: in separate environments.")
  private boolean inPlace;

  /**
   * Returns whether evaluations use the training's environments.
   *
   * @throws ParameterException if it is given for a training that does not need it or cannot
   */
  boolean of(RunConfig run, ActorOptions actors) {
    if (!inPlace) {
      return false;
    }
    if (run.checkpointing().evalEvery() == 0) {
      throw refused("--eval-in-place has no effect without --eval-every; leave it out");
    }
    if (actors.areGiven()) {
      throw refused(
          "--eval-in-place cannot be used with --ray, because actors have the environments of the"
              + " training; leave it out");
    }
    if (run.backend() == RunConfig.Backend.NATIVE) {
      throw refused(
          "--eval-in-place is for environments in Python, of which there may be one set only, but %s is native; leave it out"
              .formatted(run.env()));
    }
    if (run.algorithm() == Algorithm.APPO && run.hyperparameters().collect().maxLag() > 0) {
      throw refused(
          "--eval-in-place cannot be used with appo, which steps the environments while it learns;"
              + " leave it out, or give --max-lag 0");
    }
    return true;
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
