package org.ppo4j.agent.config;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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
    return names;
  }
}
