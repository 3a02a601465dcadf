package org.ppo4j.agent;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ShiftedMeans;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.KlPenalty;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.network.AuxiliaryValueHead;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.agent.update.MinibatchLearner;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.agent.update.PhasicLearner;
import org.ppo4j.agent.update.TrustRegionLearner;

/** Puts together the learner of each algorithm. */
public final class Learners {
  private Learners() {}

  /**
   * Creates a learner.
   *
   * @param random the generator of everything random in updates
   * @throws IllegalArgumentException if the networks cannot do what the algorithm needs
   */
  public static Learner of(
      Algorithm algorithm,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      UniformRandomProvider random) {
    return of(algorithm, Parts.NONE, config, network, distribution, random, () -> {});
  }

  /**
   * As above.
   *
   * @param beforeStep called before each step of the optimiser; what it throws ends the update
   */
  static Learner of(
      Algorithm algorithm,
      Parts parts,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      UniformRandomProvider random,
      Runnable beforeStep) {
    ActionDistribution learnt =
        algorithm == Algorithm.RPO
            ? new ShiftedMeans(distribution, config.loss().rpoAlpha(), random)
            : distribution;
    KlPenalty penalty =
        algorithm == Algorithm.PPO_PENALTY
            ? new KlPenalty(config.update().targetKl(), config.loss().klBeta())
            : null;
    PolicyLoss policyLoss =
        parts.policyLoss() != null ? parts.policyLoss() : PolicyLoss.of(algorithm);
    IntFunction<Optimizer> made =
        parts.optimizer() != null
            ? parts.optimizer()
            : size -> Optimizer.of(config.optimizer(), size);
    IntFunction<Optimizer> optimizers = size -> new ObservedOptimizer(made.apply(size), beforeStep);
    int parameters = network.parameters().length;
    Optimizer optimizer = optimizers.apply(parameters);
    int rows = algorithm == Algorithm.TRPO ? config.batchSize() : config.minibatchSize();
    PpoLoss loss = new PpoLoss(learnt, policyLoss, penalty, config.loss(), rows);
    Consumer<int[]> shuffle = indices -> PermutationSampler.shuffle(random, indices);
    if (algorithm == Algorithm.TRPO) {
      return new TrustRegionLearner(
          tangents(network),
          distribution,
          loss,
          config.loss().vfCoef(),
          config.update(),
          config.trustRegion(),
          optimizer,
          config.batchSize(),
          shuffle);
    }
    MinibatchLearner learner =
        new MinibatchLearner(
            network, loss, config.update(), optimizer, config.batchSize(), shuffle);
    return algorithm == Algorithm.PPG
        ? new PhasicLearner(
            learner,
            auxiliaryValueHead(network),
            distribution,
            config.phasic(),
            optimizers.apply(parameters),
            config.batchSize(),
            shuffle)
        : learner;
  }

  private static AuxiliaryValueHead auxiliaryValueHead(ActorCritic network) {
    if (network instanceof AuxiliaryValueHead head) {
      return head;
    }
    throw new IllegalArgumentException(
        "ppg needs networks whose actor predicts values too (AuxiliaryValueHead), which %s does not offer; use MLPs on the engine simd, or implement it"
            .formatted(network.getClass().getSimpleName()));
  }

  private static ActorTangents tangents(ActorCritic network) {
    if (network instanceof ActorTangents tangents) {
      return tangents;
    }
    throw new IllegalArgumentException(
        "trpo needs networks that are differentiated along a direction (ActorTangents), which %s does not offer; use MLPs on the engine simd, or implement it"
            .formatted(network.getClass().getSimpleName()));
  }
}
