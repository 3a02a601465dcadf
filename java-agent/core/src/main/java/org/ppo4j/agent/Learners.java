package org.ppo4j.agent;

import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.action.ShiftedMeans;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.KlPenalty;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.agent.update.MinibatchLearner;
import org.ppo4j.agent.update.Optimizer;
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
    return of(algorithm, Parts.NONE, config, network, distribution, random);
  }

  static Learner of(
      Algorithm algorithm,
      Parts parts,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      UniformRandomProvider random) {
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
    int parameters = network.parameters().length;
    Optimizer optimizer =
        parts.optimizer() != null
            ? parts.optimizer().apply(parameters)
            : Optimizer.of(config.optimizer(), parameters);
    int rows = algorithm == Algorithm.TRPO ? config.batchSize() : config.minibatchSize();
    PpoLoss loss = new PpoLoss(learnt, policyLoss, penalty, config.loss(), rows);
    Consumer<int[]> shuffle = indices -> PermutationSampler.shuffle(random, indices);
    return algorithm == Algorithm.TRPO
        ? new TrustRegionLearner(
            tangents(network),
            distribution,
            loss,
            config.loss().vfCoef(),
            config.update(),
            config.trustRegion(),
            optimizer,
            config.batchSize(),
            shuffle)
        : new MinibatchLearner(
            network, loss, config.update(), optimizer, config.batchSize(), shuffle);
  }

  /** Calls what the algorithm needs of a program's distribution, on no rows. */
  private static void requireDivergences(
      Algorithm algorithm, ActionDistribution distribution, ActorCritic network) {
    if (algorithm != Algorithm.PPO_PENALTY && algorithm != Algorithm.TRPO) {
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
    throw new IllegalArgumentException(
        "trpo needs networks that are differentiated along a direction (ActorTangents), which %s does not offer; use MLPs on the engine simd, or implement it"
            .formatted(network.getClass().getSimpleName()));
  }
}
