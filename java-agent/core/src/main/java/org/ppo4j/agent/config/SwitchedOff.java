package org.ppo4j.agent.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerKind;

/**
 * The hyperparameters that other values switch off. A training refuses any value of them but the
 * default, so that nobody sets what has no effect.
 */
public final class SwitchedOff {
  private SwitchedOff() {}

  /**
   * Returns the names of the hyperparameters that {@code values} switch off. A hyperparameter that
   * {@code values} lack switches nothing off.
   *
   * @param values values by the hyperparameters' names
   */
  public static Set<String> by(Map<String, Object> values) {
    Set<String> names = new LinkedHashSet<>();
    Object head = values.getOrDefault("actionHead", ActionHead.GSDE);
    if (head == ActionHead.BETA) {
      names.add("logStdInit");
      names.add("actionBounds");
    }
    if (head != ActionHead.GSDE) {
      names.add("sdeSampleFreq");
    }
    if (values.getOrDefault("lrSchedule", LrSchedule.ADAPTIVE) != LrSchedule.ADAPTIVE) {
      names.add("lrTargetKl");
    }
    if (values.getOrDefault("optimizer", OptimizerKind.ADAMW) != OptimizerKind.ADAMW) {
      names.add("weightDecay");
    }
    if (Boolean.FALSE.equals(values.get("orthoInit"))) {
      names.add("policyGain");
    }
    if (Integer.valueOf(1).equals(values.get("updateEpochs"))) {
      names.add("recomputeAdvantages");
    }
    if (Boolean.TRUE.equals(values.get("sharedTrunk"))) {
      names.add("criticHiddenSizes");
    }
    if (Boolean.FALSE.equals(values.get("normObs"))
        || Boolean.TRUE.equals(values.get("normalizerPerEnv"))) {
      names.add("normalizerPerRollout");
    }
    List<Object> units =
        Stream.of("lstm", "gru").filter(values::containsKey).map(values::get).toList();
    if (!units.isEmpty() && units.stream().allMatch(Integer.valueOf(0)::equals)) {
      names.add("lstmLayers");
      names.add("forgetBias");
    }
    return names;
  }

  /** Returns the names of the hyperparameters that the values of {@code config} switch off. */
  public static Set<String> by(PpoConfig config) {
    return by(
        Hyperparameters.all().stream()
            .collect(
                Collectors.toMap(Hyperparameters.Entry::name, entry -> entry.valueIn(config))));
  }
}
