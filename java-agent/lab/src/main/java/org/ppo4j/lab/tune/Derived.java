package org.ppo4j.lab.tune;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ppo4j.agent.config.PpoConfig;

/**
 * Names in a space that are not hyperparameters; one follows from each. Any value of them gives a
 * valid hyperparameter, and equal ratios of them matter alike.
 */
enum Derived {
  /** Transitions of a rollout; numSteps is this divided by numEnvs. */
  ROLLOUT_SIZE("rolloutSize", "numSteps", int.class),
  /** Transitions of a minibatch; numMinibatches is the rollout divided by this. */
  MINIBATCH_SIZE("minibatchSize", "numMinibatches", int.class),
  /** Steps after which a reward counts 1/e as much; gamma is 1 - 1 / this. */
  DISCOUNT_HORIZON("discountHorizon", "gamma", double.class),
  /** Steps after which an error of the critic counts 1/e as much; gaeLambda is 1 - 1 / this. */
  TRACE_HORIZON("traceHorizon", "gaeLambda", double.class);

  private final String id;
  private final String hyperparameter;
  private final Class<?> type;

  Derived(String id, String hyperparameter, Class<?> type) {
    this.id = id;
    this.hyperparameter = hyperparameter;
    this.type = type;
  }

  static Optional<Derived> named(String id) {
    return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
  }

  /** Returns the name in a space of what the hyperparameter follows from. */
  static Optional<String> of(String hyperparameter) {
    return Arrays.stream(values())
        .filter(each -> each.hyperparameter.equals(hyperparameter))
        .map(each -> each.id)
        .findFirst();
  }

  /** Returns the hyperparameter that a name in a space is, or that follows from it. */
  static String hyperparameter(String name) {
    return named(name).map(Derived::hyperparameter).orElse(name);
  }

  static List<String> ids() {
    return Arrays.stream(values()).map(Derived::id).toList();
  }

  String id() {
    return id;
  }

  String hyperparameter() {
    return hyperparameter;
  }

  Class<?> type() {
    return type;
  }

  /** Returns the value that a configuration has; infinite for a horizon without end. */
  double valueIn(PpoConfig config) {
    return switch (this) {
      case ROLLOUT_SIZE -> config.batchSize();
      case MINIBATCH_SIZE -> config.minibatchSize();
      case DISCOUNT_HORIZON -> 1 / (1 - config.advantage().gamma());
      case TRACE_HORIZON -> 1 / (1 - config.advantage().gaeLambda());
    };
  }
}
