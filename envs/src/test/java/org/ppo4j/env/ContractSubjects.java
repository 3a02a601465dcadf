package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * The three environments on which {@link VectorEnvContract} tests a vector environment, specified
 * so that they can be implemented in any language.
 *
 * <p><b>Counting</b> observes its episode and step. All arguments are integers with default 0.
 *
 * <pre>
 * action        Discrete(2), ignored
 * observation   Box(0, inf, (3,), float64): [episode, step, draw]
 *                 episode   resets since the environment was created, with a seed or without, minus one
 *                 step      steps since the last reset
 *                 draw      np_random.random(), drawn exactly once, in each reset
 * reward        the number of the step: 1 for the first after a reset, then 2, 3, ...
 * terminated    terminate_at &gt; 0 and step &gt;= terminate_at + int(draw * spread)
 * truncated     truncate_at &gt; 0 and step &gt;= truncate_at
 * failure       if fail_at &gt; 0 and step == fail_at, the step raises an error, "the spring broke"
 * </pre>
 *
 * <p><b>Echo</b> observes the action; no episode ends.
 *
 * <pre>
 * action        depends on the argument space, a text:
 *                 box              Box(-1, 1, (2,), float32)
 *                 discrete         Discrete(3, start=-1)
 *                 multi_discrete   MultiDiscrete([3, 2], start=[0, 5])
 *                 multi_binary     MultiBinary(3)
 * observation   Box(-inf, inf, (A,), float64): the last action as received, zeros after a reset
 * reward        the sum of the numbers of the action
 * </pre>
 *
 * <p><b>CartPole-v1</b> is Gymnasium's.
 */
public abstract class ContractSubjects {

  /** An environment of the contract. */
  public enum Subject {
    /** The counting environment. */
    COUNTING,
    /** The echo environment. */
    ECHO,
    /** Gymnasium's CartPole-v1. */
    CART_POLE
  }

  /** The seed that {@link #reset} uses. */
  static final long SEED = 42;

  /** Makes {@code numEnvs} new sub-environments of {@code subject} with the given arguments. */
  protected abstract VectorEnv make(
      Subject subject, int numEnvs, Map<String, Object> kwargs, AutoresetMode mode);

  /** Returns the modes that {@link #make} supports; tests of other modes are skipped. */
  protected Set<AutoresetMode> modes() {
    return EnumSet.allOf(AutoresetMode.class);
  }

  final VectorEnv counting(int numEnvs, Map<String, Object> kwargs) {
    return make(Subject.COUNTING, numEnvs, kwargs, AutoresetMode.SAME_STEP);
  }

  static StepBatch reset(VectorEnv env) {
    StepBatch batch = StepBatch.of(env);
    env.reset(SEED, batch);
    return batch;
  }

  static double[] row(StepBatch batch, int env) {
    int size = batch.observationSize();
    return Arrays.copyOfRange(batch.observations, env * size, (env + 1) * size);
  }

  /**
   * Returns pseudo-random actions 0 and 1; those of sub-environment {@code i} depend on first + i.
   */
  static double[] actions(int numEnvs, int t, int first) {
    double[] actions = new double[numEnvs];
    for (int i = 0; i < numEnvs; i++) {
      actions[i] = (0x9e3779b9 * (31 * t + first + i + 1)) >>> 31;
    }
    return actions;
  }

  /** Returns the results of 100 steps of each sub-environment from a seed, {@code [N, numbers]}. */
  static double[][] traces(VectorEnv env, long seed, int first) {
    int width = env.spec().observationSpace().size() + 3;
    double[][] traces = new double[env.numEnvs()][101 * width];
    StepBatch batch = StepBatch.of(env);
    env.reset(seed, batch);
    for (int t = 0; t <= 100; t++) {
      for (int i = 0; i < env.numEnvs(); i++) {
        System.arraycopy(row(batch, i), 0, traces[i], t * width, width - 3);
        traces[i][t * width + width - 3] = batch.rewards[i];
        traces[i][t * width + width - 2] = batch.terminated[i] ? 1 : 0;
        traces[i][t * width + width - 1] = batch.isDone(i) ? batch.episodeReturns[i] : 0;
      }
      env.step(actions(env.numEnvs(), t, first), batch);
    }
    return traces;
  }

  static void assertIllegalArgument(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).message().isNotBlank();
  }

  static void assertIllegalState(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).message().isNotBlank();
  }
}
