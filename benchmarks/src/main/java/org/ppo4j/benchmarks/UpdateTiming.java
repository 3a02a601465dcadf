package org.ppo4j.benchmarks;

import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Times the update on random data with actions of the policy itself, with 17 observations and 6
 * actions as in {@code peer_update.py}. Arguments: engine, width of both hidden layers, batch,
 * minibatches, epochs, threads, seconds. Prints the milliseconds of one update, after a warm-up of
 * the same duration.
 */
public final class UpdateTiming {
  static final int OBSERVATIONS = 17;
  static final int ACTIONS = 6;

  /** Nearly zero, because the data stay the same and must stay likely under the policy. */
  private static final double LEARNING_RATE = 1e-9;

  private UpdateTiming() {}

  public static void main(String[] args) {
    int width = Integer.parseInt(args[1]);
    Space actions = Space.Box.of(-1, 1, ACTIONS, DType.FLOAT32);
    PpoConfig config =
        PpoConfig.of(Profile.CLEANRL, actions)
            .with(
                c ->
                    c.hiddenSizes(List.of(width, width))
                        .numSteps(Integer.parseInt(args[2]))
                        .numMinibatches(Integer.parseInt(args[3]))
                        .updateEpochs(Integer.parseInt(args[4])));
    NetworkSpec spec =
        new NetworkSpec(
            OBSERVATIONS,
            config.network().hiddenSizes(),
            config.network().activation(),
            ACTIONS,
            ACTIONS);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    Engine engine = Engine.valueOf(args[0].toUpperCase(Locale.ROOT));
    try (ActorCritic network = ActorCritics.create(engine, spec, Integer.parseInt(args[5]))) {
      OrthogonalInit.initialize(network, 0.01, 0, random);
      ActionDistribution distribution = ActionDistribution.of(actions, config.action(), spec);
      Learner update = Learners.of(Algorithm.PPO, config, network, distribution, random);
      Rollout rollout = rollout(config, network, distribution, random);
      Runnable once = () -> update.learn(rollout, LEARNING_RATE, config.loss().clipCoef());
      double seconds = Double.parseDouble(args[6]);
      milliseconds(once, seconds);
      System.out.println(milliseconds(once, seconds));
    }
  }

  /** Returns the mean time of a run, over {@code seconds} of runs. */
  static double milliseconds(Runnable once, double seconds) {
    long start = System.nanoTime();
    long runs = 0;
    long elapsed;
    do {
      once.run();
      runs++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < seconds * 1e9);
    return elapsed * 1e-6 / runs;
  }

  /**
   * Returns a rollout of random observations, returns and advantages, with the network's values and
   * with actions sampled from it.
   */
  static Rollout rollout(
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      UniformRandomProvider random) {
    return rollout(config, network, distribution, random, false);
  }

  /**
   * As above.
   *
   * @param keepsOutputs whether the rollout has the network's outputs too
   */
  static Rollout rollout(
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      UniformRandomProvider random,
      boolean keepsOutputs) {
    Rollout rollout =
        Rollout.builder(
                config.collect().numSteps(),
                config.collect().numEnvs(),
                network.shape().inputs(),
                distribution.actionSize())
            .policyOutputs(
                keepsOutputs ? network.shape().policyOutputs() : 0, network.shape().logStdSize())
            .build();
    fill(rollout.observations, random);
    fill(rollout.returns, random);
    fill(rollout.advantages, random);
    int rows = rollout.rows();
    float[] outputs = new float[rows * network.shape().policyOutputs()];
    float[] entropies = new float[rows];
    float[] parameters = network.parameters();
    network.forward(rollout.observations, rows, outputs, rollout.values);
    distribution.sample(outputs, rows, parameters, random, rollout.actions);
    distribution.evaluate(outputs, rows, parameters, rollout.actions, rollout.logProbs, entropies);
    System.arraycopy(outputs, 0, rollout.policyOutputs, 0, rollout.policyOutputs.length);
    System.arraycopy(
        parameters, network.shape().logStdOffset(), rollout.logStds, 0, rollout.logStds.length);
    return rollout;
  }

  /** Returns {@code n} random numbers from -1 to 1. */
  static float[] uniform(int n, UniformRandomProvider random) {
    float[] numbers = new float[n];
    fill(numbers, random);
    return numbers;
  }

  /** Sets all numbers to random ones from -1 to 1. */
  private static void fill(float[] numbers, UniformRandomProvider random) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (2 * random.nextDouble() - 1);
    }
  }
}
