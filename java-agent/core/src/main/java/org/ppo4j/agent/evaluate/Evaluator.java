package org.ppo4j.agent.evaluate;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** Plays whole episodes with a trained policy. */
public final class Evaluator {

  private Evaluator() {}

  /**
   * Plays episodes. Each sub-environment plays the same number of them, up to one, so that short
   * episodes are not counted more often than long ones.
   *
   * @param env the environment, with any number of sub-environments and autoreset SAME_STEP
   * @param policy the policy
   * @param episodes how many episodes, at least 1
   * @param stochastic true for actions that are drawn, false for the most probable ones
   * @param seed the seed of the environment and of the draws
   * @throws IllegalArgumentException if {@code episodes} is less than 1
   */
  public static EvaluationResult run(
      VectorEnv env, TrainedPolicy policy, int episodes, boolean stochastic, long seed) {
    if (episodes < 1) {
      throw new IllegalArgumentException("episodes must be at least 1, but is " + episodes);
    }
    int n = env.numEnvs();
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    StepBatch batch = StepBatch.of(env);
    double[] actions = new double[n * env.spec().actionSpace().size()];
    double[] returns = new double[episodes];
    int[] lengths = new int[episodes];
    int[] finished = new int[n];
    int remaining = episodes;
    env.reset(seed, batch);
    while (remaining > 0) {
      if (stochastic) {
        policy.sample(batch.observations, n, random, actions);
      } else {
        policy.act(batch.observations, n, actions);
      }
      env.step(actions, batch);
      for (int i = 0; i < n; i++) {
        int first = (int) ((long) episodes * i / n);
        int share = (int) ((long) episodes * (i + 1) / n) - first;
        if (batch.isDone(i) && !batch.interrupted[i] && finished[i] < share) {
          returns[first + finished[i]] = batch.episodeReturns[i];
          lengths[first + finished[i]] = batch.episodeLengths[i];
          finished[i]++;
          remaining--;
        }
      }
    }
    return new EvaluationResult(returns, lengths);
  }
}
