package org.ppo4j.agent;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.action.ShiftedMeans;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.advantage.Reestimation;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.KlPenalty;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.network.AuxiliaryValueHead;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.rollout.Minibatches;
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
    if (config.critic().recomputeAdvantages()) {
      throw new IllegalArgumentException(
          "recomputeAdvantages needs the estimator of the training; pass it too");
    }
    return of(
        algorithm,
        Parts.NONE,
        config,
        network,
        distribution,
        AdvantageEstimator.of(algorithm, config.advantage(), network, distribution),
        random,
        () -> {});
  }

  /**
   * Creates a learner, which may estimate advantages again during an update; otherwise as above.
   *
   * @param estimator the estimator of the advantages
   */
  public static Learner of(
      Algorithm algorithm,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      AdvantageEstimator estimator,
      UniformRandomProvider random) {
    return of(algorithm, Parts.NONE, config, network, distribution, estimator, random, () -> {});
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
      AdvantageEstimator estimator,
      UniformRandomProvider random,
      Runnable beforeStep) {
    if (parts.factory() instanceof DistributionFactory) {
      requireDivergences(algorithm, distribution, network);
    }
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
    Supplier<Optimizer> optimizers =
        () -> new ObservedOptimizer(optimizer(parts, config, network), beforeStep);
    Optimizer optimizer = optimizers.get();
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
            network,
            loss,
            config.update(),
            optimizer,
            Minibatches.of(
                network.shape(),
                config.collect().numSteps(),
                config.collect().numEnvs(),
                config.update().numMinibatches()),
            shuffle,
            config.critic().recomputeAdvantages()
                ? new Reestimation(network, estimator)::reestimate
                : null);
    return algorithm == Algorithm.PPG
        ? new PhasicLearner(
            learner,
            auxiliaryValueHead(network),
            distribution,
            config.phasic(),
            optimizers.get(),
            config.collect().numSteps(),
            config.collect().numEnvs(),
            shuffle)
        : learner;
  }

  private static AuxiliaryValueHead auxiliaryValueHead(ActorCritic network) {
    if (network instanceof AuxiliaryValueHead head) {
      return head;
    }
    throw new IllegalArgumentException(
        "ppg needs networks whose actor predicts values too (AuxiliaryValueHead), which %s does not offer; use the networks of the engine simd, or implement it"
            .formatted(network.getClass().getSimpleName()));
  }

  private static Optimizer optimizer(Parts parts, PpoConfig config, ActorCritic network) {
    int parameters = network.parameters().length;
    double criticRate = config.critic().criticLearningRate();
    if (parts.optimizer() != null) {
      if (criticRate != 0) {
        throw new InvalidHyperparameterException(
            "criticLearningRate has no effect on the program's optimiser, which has one rate; leave"
                + " it 0",
            "criticLearningRate");
      }
      return Parts.made(parts.optimizer(), parameters);
    }
    return criticRate == 0
        ? Optimizer.of(config.optimizer(), parameters)
        : Optimizer.of(
            config.optimizer(),
            parameters,
            criticOffset(network),
            criticRate / config.optimizer().learningRate());
  }

  /** Returns where the parameters begin that belong only to the critic. */
  private static int criticOffset(ActorCritic network) {
    if (network.shape() instanceof NetworkSpec spec) {
      return spec.criticOffset();
    }
    if (network instanceof ActorTangents tangents) {
      return tangents.actorParameters();
    }
    throw new InvalidHyperparameterException(
        "criticLearningRate needs networks whose first parameters are the actor's (MLPs, or ActorTangents), which %s does not offer; leave it 0"
            .formatted(network.getClass().getSimpleName()),
        "criticLearningRate");
  }

  /** Calls what the algorithm needs of a program's distribution, on no rows. */
  private static void requireDivergences(
      Algorithm algorithm, ActionDistribution distribution, ActorCritic network) {
    if (!List.of(Algorithm.PPO_PENALTY, Algorithm.TRPO, Algorithm.PPG).contains(algorithm)) {
      return;
    }
    float[] none = {};
    float[] logStds = new float[network.shape().logStdSize()];
    float[] scratch = new float[network.parameters().length];
    try {
      distribution.evaluate(none, 0, network.parameters(), none, none, none);
      distribution.kl(none, logStds, none);
      if (algorithm == Algorithm.TRPO) {
        distribution.fisherProduct(none, scratch, scratch.clone());
      } else {
        distribution.addKlGradients(none, logStds, 0, none, scratch);
      }
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "%s needs the KL divergences of the distribution of actions, which %s does not have; implement kl, addKlGradients and fisherProduct, or use another algorithm"
              .formatted(algorithm.id(), distribution.getClass().getName()),
          e);
    }
  }

  private static ActorTangents tangents(ActorCritic network) {
    if (network instanceof ActorTangents tangents) {
      return tangents;
    }
    if (network.shape() instanceof NetworkSpec spec && !spec.images().isEmpty()) {
      throw new InvalidHyperparameterException(
          "trpo does not train convolutions; make cnn none, or use another algorithm", "cnn");
    }
    throw new IllegalArgumentException(
        "trpo needs networks that are differentiated along a direction (ActorTangents), which %s does not offer; use the networks of the engine simd, or implement it"
            .formatted(network.getClass().getSimpleName()));
  }
}
