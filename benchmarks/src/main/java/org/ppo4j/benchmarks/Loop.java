package org.ppo4j.benchmarks;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.VectorEnv;

/**
 * The stages of an iteration of {@link Ppo}, which can be timed separately. The learning rate is
 * nearly zero, so that every iteration has the same policy and does the same work.
 */
final class Loop implements AutoCloseable {
  private static final double LEARNING_RATE = 1e-9;

  private final VectorEnv env;
  private final PpoConfig config;
  private final ActorCritic network;
  private final Collector collector;
  private final Rollout rollout;
  private final Learner update;

  /**
   * Prepares the loop.
   *
   * @param env the environment, closed with this
   * @param threads of the networks
   */
  Loop(VectorEnv env, PpoConfig config, int threads) {
    this.env = env;
    this.config = config;
    NetworkSpec spec = PolicyNetwork.spec(env.spec(), config);
    network = ActorCritics.create(Engine.SIMD, spec, threads);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    OrthogonalInit.initialize(network, 0.01, config.network().logStdInit(), random);
    ActionDistribution distribution =
        ActionDistribution.of(env.spec().actionSpace(), config.action(), spec);
    collector =
        new Collector(
            env,
            network,
            distribution,
            config.action(),
            config.normalize(),
            config.advantage().gamma(),
            random,
            null,
            0,
            () -> {});
    rollout =
        new Rollout(
            config.collect().numSteps(),
            config.collect().numEnvs(),
            spec.inputs(),
            distribution.actionSize());
    update = Learners.of(Algorithm.PPO, config, network, distribution, random);
    collector.reset(1);
  }

  void collect() {
    collector.collect(rollout, 0, episode -> {});
  }

  Metrics update() {
    new GeneralizedAdvantage(config.advantage()).estimate(rollout);
    return update.learn(rollout, LEARNING_RATE, config.loss().clipCoef());
  }

  int batchSize() {
    return config.batchSize();
  }

  @Override
  public void close() {
    network.close();
    env.close();
  }
}
