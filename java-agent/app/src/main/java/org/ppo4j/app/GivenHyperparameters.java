package org.ppo4j.app;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;

/**
 * The hyperparameters that a command line gives.
 *
 * @param values their values by name
 * @param minibatchSize the transitions of a minibatch, from which numMinibatches follows; null if
 *     not given
 */
record GivenHyperparameters(Map<String, Object> values, @Nullable Integer minibatchSize) {
  /** The option for the size of minibatches instead of their number. */
  static final String MINIBATCH_SIZE = "--batch-size";

  GivenHyperparameters {
    values = Map.copyOf(values);
  }

  /** Returns the value of a name, or {@code otherwise} if it was not given. */
  Object valueOr(String name, Object otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** Returns where masks of actions are, by default as the profile has it. */
  ActionMasks actionMasks(Profile profile) {
    return (ActionMasks) valueOr("actionMasks", ActionConfig.of(profile).actionMasks());
  }

  /** Returns {@code preset} with these values, and without those of it that they switch off. */
  Preset over(Preset preset) {
    Preset changed = preset.givingWayTo(values);
    return minibatchSize == null ? changed : changed.without(Set.of("numMinibatches"));
  }

  /**
   * Returns {@code config} with these values replacing its own.
   *
   * @throws IllegalArgumentException if they are not valid together
   */
  PpoConfig applyTo(PpoConfig config) {
    Map<String, Object> changes = new HashMap<>(values);
    if (minibatchSize != null) {
      int envs = (int) changes.getOrDefault("numEnvs", config.collect().numEnvs());
      int steps = (int) changes.getOrDefault("numSteps", config.collect().numSteps());
      changes.put("numMinibatches", numMinibatches(minibatchSize, envs, steps));
    }
    return Hyperparameters.with(config, changes);
  }

  private static int numMinibatches(int size, int envs, int steps) {
    long batch = (long) envs * steps;
    if (size < 1 || batch % size != 0) {
      throw new InvalidHyperparameterException(
          "%s %d does not divide the %d transitions of a batch (numEnvs %d times numSteps %d)"
              .formatted(MINIBATCH_SIZE, size, batch, envs, steps),
          "numEnvs",
          "numSteps");
    }
    return Math.toIntExact(batch / size);
  }
}
