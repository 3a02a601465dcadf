package org.ppo4j.benchmarks;

import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * Times one update of an algorithm with its default sizes on random data, as {@code
 * family_updates.py} does with the implementations it was checked against. Arguments: algorithm,
 * seconds. Prints the milliseconds of one update, after a warm-up of the same duration. An update
 * of ppg has an auxiliary phase on its one rollout.
 */
public final class FamilyTiming {
  private static final double LEARNING_RATE = 1e-9;

  private FamilyTiming() {}

  public static void main(String[] args) {
    Algorithm algorithm = Algorithm.of(args[0]);
    Space actions = Space.Box.of(-1, 1, UpdateTiming.ACTIONS, DType.FLOAT32);
    Space observations = Space.Box.of(-5, 5, UpdateTiming.OBSERVATIONS, DType.FLOAT32);
    EnvSpec env = new EnvSpec("Random", observations, actions, 0, Map.of(), Map.of());
    PpoConfig config =
        PpoConfig.of(algorithm, Profile.DEFAULT, actions).with(c -> c.normObs(false).nIteration(1));
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    try (ActorCritic network =
        ActorCritics.create(
            Engine.SIMD, PolicyNetwork.spec(env, algorithm, config, null), /* threads= */ 2)) {
      PolicyNetwork.initialize(network, env, config, random);
      ActionDistribution distribution =
          ActionDistribution.of(actions, config.action(), network.shape());
      Learner learner = Learners.of(algorithm, config, network, distribution, random);
      Rollout rollout =
          UpdateTiming.rollout(config, network, distribution, random, learner.needsPolicyOutputs());
      float[] start = network.parameters().clone();
      Runnable once =
          () -> {
            System.arraycopy(start, 0, network.parameters(), 0, start.length);
            network.parametersChanged();
            learner.learn(rollout, LEARNING_RATE, config.loss().clipCoef());
          };
      double seconds = Double.parseDouble(args[1]);
      UpdateTiming.milliseconds(once, seconds);
      System.out.println(UpdateTiming.milliseconds(once, seconds));
    }
  }
}
