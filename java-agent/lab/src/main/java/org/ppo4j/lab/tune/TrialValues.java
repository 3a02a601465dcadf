package org.ppo4j.lab.tune;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.SwitchedOff;

/** Makes hyperparameters that are valid together from values that were drawn independently. */
final class TrialValues {
  private final Map<String, Object> values;
  private final PpoConfig base;
  private final PpoConfig defaults;

  private TrialValues(Map<String, Object> values, PpoConfig base, PpoConfig defaults) {
    this.values = new LinkedHashMap<>(values);
    this.base = base;
    this.defaults = defaults;
  }

  /**
   * Returns hyperparameters by name.
   *
   * @param drawn values by the names of hyperparameters and of {@link Derived}
   * @param base the configuration that has all other values
   * @param defaults the algorithm's defaults, for values that another switches off
   */
  static Map<String, Object> of(Map<String, Object> drawn, PpoConfig base, PpoConfig defaults) {
    TrialValues trial = new TrialValues(drawn, base, defaults);
    trial.derive();
    trial.resetWithoutEffect();
    return trial.values;
  }

  private void derive() {
    int numEnvs = number("numEnvs");
    Object rollout = values.remove(Derived.ROLLOUT_SIZE.id());
    if (rollout != null) {
      values.put("numSteps", Math.max(1, (int) rollout / numEnvs));
    }
    int batch = numEnvs * number("numSteps");
    Object minibatch = values.remove(Derived.MINIBATCH_SIZE.id());
    if (minibatch != null) {
      values.put("numMinibatches", Math.max(1, Math.round((float) batch / (int) minibatch)));
    }
    if (values.containsKey("numMinibatches")) {
      values.put("numMinibatches", Math.min(batch, number("numMinibatches")));
    }
    horizon(Derived.DISCOUNT_HORIZON);
    horizon(Derived.TRACE_HORIZON);
  }

  private void horizon(Derived derived) {
    Object horizon = values.remove(derived.id());
    if (horizon != null) {
      double remaining = Dimension.rounded(1 / (double) horizon);
      values.put(derived.hyperparameter(), Math.round((1 - remaining) * 1e8) / 1e8);
    }
  }

  /** Resets what another value switches off; a training refuses any value but the default. */
  private void resetWithoutEffect() {
    Map<String, Object> all = new HashMap<>();
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      all.put(entry.name(), value(entry.name()));
    }
    SwitchedOff.by(all).forEach(this::reset);
  }

  private void reset(String name) {
    Object byDefault = Hyperparameters.named(name).orElseThrow().valueIn(defaults);
    values.remove(name);
    if (!value(name).equals(byDefault)) {
      values.put(name, byDefault);
    }
  }

  private int number(String name) {
    return (int) value(name);
  }

  private Object value(String name) {
    return values.getOrDefault(name, Hyperparameters.named(name).orElseThrow().valueIn(base));
  }
}
