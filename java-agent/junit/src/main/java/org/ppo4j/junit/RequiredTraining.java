package org.ppo4j.junit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.opentest4j.AssertionFailedError;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.policy.TrainedPolicy;

/**
 * A training that must reach a mean return.
 *
 * @param env the environment's id
 * @param envKwargs its arguments by name
 * @param hyperparameters hyperparameters by name, the steps included
 * @param toReturn the mean return of the last 100 episodes
 * @param seed the seed
 */
record RequiredTraining(
    String env,
    Map<String, Object> envKwargs,
    Map<String, Object> hyperparameters,
    double toReturn,
    long seed) {
  private static final String STEPS = "totalTimesteps";

  /**
   * Returns the training that an annotation describes.
   *
   * @throws ExtensionConfigurationException if the annotation is not valid
   */
  static RequiredTraining of(Trains trains) {
    if (!Double.isFinite(trains.toReturn()) || trains.withinSteps() < 1 || trains.seed() < 0) {
      throw new ExtensionConfigurationException(
          "@Trains takes a finite toReturn, withinSteps of at least 1 and a seed of at least 0, but"
              + " got %s, %d and %d"
                  .formatted(trains.toReturn(), trains.withinSteps(), trains.seed()));
    }
    Map<String, Object> hyperparameters = new LinkedHashMap<>();
    Pairs.of("hyperparameters", trains.hyperparameters())
        .forEach((name, text) -> hyperparameters.put(name, HyperparameterText.parse(name, text)));
    if (hyperparameters.put(STEPS, trains.withinSteps()) != null) {
      throw new ExtensionConfigurationException(
          "@Trains gives %s both as withinSteps and as a hyperparameter; leave the latter out"
              .formatted(STEPS));
    }
    Map<String, Object> envKwargs = new LinkedHashMap<>();
    Pairs.of("envKwargs", trains.envKwargs())
        .forEach((name, text) -> envKwargs.put(name, Pairs.json(text)));
    return new RequiredTraining(
        trains.env(), envKwargs, hyperparameters, trains.toReturn(), trains.seed());
  }

  /**
   * Trains until the return is reached.
   *
   * @return the policy, which the caller closes
   * @throws AssertionFailedError if it is not reached within the steps
   * @throws ExtensionConfigurationException if a hyperparameter is not valid
   */
  TrainedPolicy run() {
    try (Training training = build()) {
      if (training.run() != Outcome.SOLVED) {
        throw notReached(training);
      }
      return training.policy();
    }
  }

  private Training build() {
    try {
      return Training.on(env)
          .seed(seed)
          .envKwargs(envKwargs)
          .hyperparameters(config -> Hyperparameters.with(config, hyperparameters))
          .stopAtReturn(toReturn)
          .build();
    } catch (InvalidHyperparameterException e) {
      throw new ExtensionConfigurationException(
          "@Trains of %s: %s".formatted(env, e.getMessage()), e);
    }
  }

  private AssertionFailedError notReached(Training training) {
    long episodes = training.returns().episodes();
    String reached =
        episodes == 0
            ? "no episode ended"
            : String.format(
                Locale.ROOT,
                "the mean return of the last %d episodes was %.2f",
                Math.min(100, episodes),
                training.returns().mean());
    return new AssertionFailedError(
        String.format(
            Locale.ROOT,
            "%s did not reach a mean return of %s within %,d steps: after %,d steps %s (seed %d)",
            env,
            toReturn,
            training.config().hyperparameters().totalTimesteps(),
            training.globalStep(),
            reached,
            seed));
  }
}
