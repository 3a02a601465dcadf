package org.ppo4j.env;

/**
 * N sub-environments of one kind, stepped together; the counterpart of {@code
 * gymnasium.vector.VectorEnv}.
 *
 * <p>The calling protocol is {@link #reset}, then any number of {@link #step}s and further resets,
 * then {@link #close}:
 *
 * {@snippet lang = java :
 * try (VectorEnv env = Envs.make("CartPole-v1", 4)) {
 *   StepBatch batch = StepBatch.of(env);
 *   double[] actions = new double[env.numEnvs() * env.spec().actionSpace().size()];
 *   env.reset(1, batch);
 *   for (int t = 0; t < 1000; t++) {
 *     choose(batch.observations, actions);
 *     env.step(actions, batch);
 *   }
 * }
 * }
 *
 * <p>What a step writes for a sub-environment whose episode ends depends on {@link #autoresetMode}.
 * {@link StepBatch#terminated} and {@link StepBatch#truncated} stay apart: a terminal state has no
 * future, a truncated episode has one that was not seen. Both may be true of one step.
 *
 * <p>An instance is confined to one thread at a time; it reads and writes the arrays it is given
 * only during the call and keeps no reference to them.
 *
 * @implSpec Implementations check their arguments before anything is stepped, so that a call that
 *     throws {@link IllegalArgumentException} leaves every sub-environment as it was. A failure
 *     inside a sub-environment throws {@link EnvException}, after which only {@link #close} may be
 *     called.
 */
public interface VectorEnv extends AutoCloseable {

  /** Returns what this environment is. */
  EnvSpec spec();

  /** Returns N, the number of sub-environments. */
  int numEnvs();

  /** Returns when sub-environments are reset. */
  AutoresetMode autoresetMode();

  /**
   * Starts a new episode in every sub-environment. Sub-environment {@code i} is seeded with {@code
   * seed + i}, as Gymnasium's vector environments do, so that the same seed gives the same
   * episodes.
   *
   * @param seed the seed of the first sub-environment, not negative; {@code seed + N - 1} must not
   *     exceed {@link Long#MAX_VALUE}
   * @param out receives the first observations, zero rewards and false flags
   * @throws IllegalArgumentException if {@code seed} is out of its range or {@code out} does not
   *     fit
   * @throws IllegalStateException if this environment is closed
   * @throws EnvException if a sub-environment fails
   */
  void reset(long seed, StepBatch out);

  /**
   * Steps every sub-environment once.
   *
   * @param actions the actions, {@code [N, A]} with A the size of the action space, each row a
   *     value of it in the environment's own terms; a {@link Space.Discrete} action is its number.
   *     A {@link Space.Box} action may lie outside the bounds, as in Gymnasium, but must not be NaN
   * @param out receives what the step gave
   * @throws IllegalArgumentException if {@code actions} has another length, holds NaN or a value
   *     that is not in a discrete space, or {@code out} does not fit
   * @throws IllegalStateException if this environment is closed or was never reset, or an episode
   *     ended under {@link AutoresetMode#DISABLED} and was not reset
   * @throws EnvException if a sub-environment fails
   */
  void step(double[] actions, StepBatch out);

  /** Releases what this environment holds. Closing a closed environment has no effect. */
  @Override
  void close();
}
