package org.ppo4j.agent.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.numeric.EnvironmentCheck;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.policy.PolicySession;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** Plays whole episodes with a trained policy. */
public final class Evaluator {
  /** The steps of an evaluation, over all sub-environments, unless others are given. */
  public static final long MAX_STEPS = 1_000_000;

  private final VectorEnv env;
  private final int episodes;
  private final StepBatch batch;
  private final boolean givesProgress;

  /** The episodes that have ended, of each sub-environment. */
  private final List<List<Played>> ended = new ArrayList<>();

  // The episodes in progress.
  private final double[] returns;
  private final int[] lengths;

  private record Played(double episodicReturn, int length) {}

  private Evaluator(VectorEnv env, int episodes) {
    if (episodes < 1) {
      throw new IllegalArgumentException("episodes must be at least 1, but is " + episodes);
    }
    this.env = env;
    this.episodes = episodes;
    batch = StepBatch.of(env);
    givesProgress = env.givesProgress();
    returns = new double[env.numEnvs()];
    lengths = new int[env.numEnvs()];
    for (int i = 0; i < env.numEnvs(); i++) {
      ended.add(new ArrayList<>());
    }
  }

  /**
   * Plays episodes in at most {@link #MAX_STEPS} steps. Each sub-environment plays the same number
   * of them, up to one, so that short episodes are not counted more often than long ones.
   *
   * @param env the environment, with any number of sub-environments and autoreset SAME_STEP
   * @param policy the policy
   * @param episodes how many episodes, at least 1
   * @param stochastic true for actions that are drawn, false for the most probable ones
   * @param seed the seed of the environment and of the draws
   * @throws IllegalArgumentException if {@code episodes} is less than 1
   * @throws NonFiniteException if the environment gives a number that is not finite, too large or
   *     not a value of its space
   */
  public static EvaluationResult run(
      VectorEnv env, TrainedPolicy policy, int episodes, boolean stochastic, long seed) {
    return run(env, policy, episodes, stochastic, seed, MAX_STEPS, () -> false).orElseThrow();
  }

  /**
   * As above, but ends early.
   *
   * @param maxSteps the steps, over all sub-environments, after which episodes in progress are cut;
   *     those that have not begun are left out
   * @param stops asked before each step whether the evaluation is no longer wanted
   * @return the result; empty if {@code stops} was true
   */
  public static Optional<EvaluationResult> run(
      VectorEnv env,
      TrainedPolicy policy,
      int episodes,
      boolean stochastic,
      long seed,
      long maxSteps,
      BooleanSupplier stops) {
    return new Evaluator(env, episodes).play(policy, stochastic, seed, maxSteps, stops);
  }

  private Optional<EvaluationResult> play(
      TrainedPolicy policy, boolean stochastic, long seed, long maxSteps, BooleanSupplier stops) {
    int n = env.numEnvs();
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    EnvironmentCheck check = new EnvironmentCheck(env.spec(), policy.masksActions(), false);
    PolicySession session = policy.session(n);
    double[] actions = new double[n * env.spec().actionSpace().size()];
    env.reset(seed, batch);
    check.reset(batch);
    int remaining = episodes;
    for (long step = n; remaining > 0 && step <= Math.max(n, maxSteps); step += n) {
      if (stops.getAsBoolean()) {
        return Optional.empty();
      }
      if (stochastic) {
        session.sample(batch.observations, batch.actionMasks, random, actions);
      } else {
        session.act(batch.observations, batch.actionMasks, actions);
      }
      env.step(actions, batch);
      try {
        check.step(batch, step);
      } catch (NonFiniteException e) {
        throw e.at("step %d of the evaluation".formatted(step));
      }
      session.step(batch);
      remaining -= count();
    }
    return Optional.of(result(remaining));
  }

  /** Counts the last step, and returns how many episodes ended that are wanted. */
  private int count() {
    int count = 0;
    for (int i = 0; i < returns.length; i++) {
      if (!givesProgress) {
        returns[i] += batch.rewards[i];
        lengths[i]++;
      } else if (!batch.isDone(i)) {
        returns[i] = batch.episodeReturns[i];
        lengths[i] = batch.episodeLengths[i];
      }
      boolean isPart = batch.isDone(i) && batch.episodeLengths[i] == 0 && !batch.interrupted[i];
      if (batch.isDone(i) && !isPart) {
        if (isWanted(i) && !batch.interrupted[i]) {
          ended.get(i).add(new Played(batch.episodeReturns[i], batch.episodeLengths[i]));
          count++;
        }
        returns[i] = 0;
        lengths[i] = 0;
      }
    }
    return count;
  }

  /** Returns whether a sub-environment has not yet played its share of the episodes. */
  private boolean isWanted(int i) {
    long first = (long) episodes * i / returns.length;
    long next = (long) episodes * (i + 1) / returns.length;
    return ended.get(i).size() < next - first;
  }

  private EvaluationResult result(int remaining) {
    int cut = 0;
    for (int i = 0; i < returns.length && remaining > 0; i++) {
      if (isWanted(i) && lengths[i] > 0) {
        ended.get(i).add(new Played(returns[i], lengths[i]));
        cut++;
      }
    }
    List<Played> all = ended.stream().flatMap(List::stream).toList();
    return new EvaluationResult(
        all.stream().mapToDouble(Played::episodicReturn).toArray(),
        all.stream().mapToInt(Played::length).toArray(),
        cut);
  }
}
