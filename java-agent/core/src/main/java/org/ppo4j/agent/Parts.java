package org.ppo4j.agent;

import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.actor.RemoteRollouts;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.rollout.Reference;
import org.ppo4j.agent.update.Optimizer;

/**
 * Parts of the loop that replace or complete those of the algorithm; null for those of the
 * algorithm.
 *
 * @param policyLoss the loss of the policy
 * @param estimator the estimator of advantages
 * @param optimizer makes the optimiser of a number of parameters
 * @param factory what makes the networks, and their distribution if it is a {@link
 *     org.ppo4j.agent.action.DistributionFactory}; null for MLPs of an engine
 * @param reference the policy that the training starts from and is held near
 * @param actors what collects the rollouts; null for this process
 */
record Parts(
    @Nullable PolicyLoss policyLoss,
    @Nullable AdvantageEstimator estimator,
    @Nullable IntFunction<Optimizer> optimizer,
    @Nullable NetworkFactory factory,
    @Nullable Reference reference,
    RemoteRollouts.@Nullable Group actors) {

  static final Parts NONE = new Parts(null, null, null, null, null, null);

  /**
   * Returns the program's optimiser.
   *
   * @throws IllegalArgumentException if its factory returns null
   */
  static Optimizer made(IntFunction<Optimizer> optimizer, int parameters) {
    Optimizer made = optimizer.apply(parameters);
    if (made == null) {
      throw new IllegalArgumentException(
          "the program's optimiser is null: the function given to optimizer(...) must return one for %d parameters"
              .formatted(parameters));
    }
    return made;
  }

  Parts with(
      @Nullable NetworkFactory networks,
      @Nullable Reference another,
      RemoteRollouts.@Nullable Group collectors) {
    return new Parts(policyLoss, estimator, optimizer, networks, another, collectors);
  }

  /**
   * Returns the names of a program's own classes, which a checkpoint records; that of the factory
   * it records apart.
   */
  List<String> names() {
    Optimizer made = optimizer == null ? null : made(optimizer, 1);
    return Stream.of(policyLoss, estimator, made)
        .filter(Objects::nonNull)
        .map(part -> part.getClass().getName())
        .map(name -> name.replaceFirst("\\$\\$Lambda.*", "")) // the number differs in every run
        .toList();
  }
}
