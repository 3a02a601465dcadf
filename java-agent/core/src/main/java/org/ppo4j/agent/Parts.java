package org.ppo4j.agent;

import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.update.Optimizer;

/**
 * Parts of the loop that a program exchanges for its own; null for those of the algorithm.
 *
 * @param policyLoss the loss of the policy
 * @param estimator the estimator of advantages
 * @param optimizer makes the optimiser of a number of parameters
 */
record Parts(
    @Nullable PolicyLoss policyLoss,
    @Nullable AdvantageEstimator estimator,
    @Nullable IntFunction<Optimizer> optimizer) {

  static final Parts NONE = new Parts(null, null, null);

  /** Returns the names of the classes, which a checkpoint records. */
  List<String> names() {
    return Stream.of(policyLoss, estimator, optimizer)
        .filter(Objects::nonNull)
        .map(part -> part.getClass().getName())
        .map(name -> name.replaceFirst("\\$\\$Lambda.*", "")) // the number differs in every run
        .toList();
  }
}
