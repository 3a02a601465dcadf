package org.ppo4j.env;

/**
 * N sub-environments of one kind, stepped together; the counterpart of {@code
 * gymnasium.vector.VectorEnv}.
 *
 * <p>The calling protocol is {@link #reset(long, StepBatch)}, then any number of {@link #step}s and
 * further resets, then {@link #close}:
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
 * {@link StepBatch#terminated} and {@link StepBatch#truncated} are separate: a terminal state has
 * no future, whereas a truncated episode has a future that was not observed. Both may be true for
 * one step.
 *
 * <p>An instance is confined to one thread at a time, except {@link #close}, which any thread may
 * call at any time. Instances are independent: several can be used at once, each by one thread, and
 * give what each gives alone. An instance reads and writes the arrays that are passed to a method
 * only during the call and keeps no reference to them.
 *
 * @implSpec An implementation checks the arguments before it steps anything, with {@link CallCheck}
 *     for example, so that a call that throws {@link IllegalArgumentException} leaves every
 *     sub-environment unchanged. A failure inside a sub-environment throws {@link EnvException},
 *     after which only {@link #close} may be called.
 */
public interface VectorEnv extends AutoCloseable {

  /** Returns the description of this environment. */
  EnvSpec spec();

  /** Returns N, the number of sub-environments. */
  int numEnvs();

  /** Returns when sub-environments whose episode ended are reset. */
  AutoresetMode autoresetMode();

  /**
   * Returns whether a batch may be one {@linkplain StepBatch#ofBytes of bytes}; possible only if a
   * leaf of the observations {@linkplain Space#holdsBytes holds bytes}.
   *
   * @implSpec The default implementation returns false.
   */
  default boolean givesBytes() {
    return false;
  }

  /**
   * Returns whether a step that does not end an episode writes {@linkplain StepBatch#episodeReturns
   * its return} and {@linkplain StepBatch#episodeLengths length} so far. An environment does so if
   * rewards or steps are not those of its episodes, such as a game whose actions are repeated; for
   * others, a caller adds up rewards and counts steps.
   *
   * @implSpec The default implementation returns false.
   */
  default boolean givesProgress() {
    return false;
  }

  /**
   * Starts a new episode in every sub-environment. Sub-environment {@code i} is seeded with {@code
   * seed + i}, as in Gymnasium's vector environments, so that the same seed gives the same
   * episodes.
   *
   * @param seed the seed of the first sub-environment, not negative; {@code seed + N - 1} must not
   *     exceed {@link Long#MAX_VALUE}
   * @param out receives the first observations, zero rewards and false flags
   * @throws IllegalArgumentException if {@code seed} is out of range or {@code out} has the wrong
   *     size
   * @throws IllegalStateException if this environment is closed
   * @throws EnvException if a sub-environment fails
   */
  void reset(long seed, StepBatch out);

  /**
   * Starts new episodes in some sub-environments, each with its own seed. Sub-environments with the
   * same seed start the same episode. The others continue.
   *
   * @param seeds the seeds, {@code [N]}; a sub-environment whose seed is negative continues. Before
   *     the first {@link #reset(long, StepBatch)}, all must be given
   * @param out receives the first observation, a zero reward and false flags of each
   *     sub-environment that is reset; its other rows are not written
   * @throws IllegalArgumentException if {@code seeds} has the wrong length or {@code out} has the
   *     wrong size
   * @throws IllegalStateException if this environment is closed, or was not reset and a seed is
   *     negative
   * @throws EnvException if a sub-environment fails, or this environment cannot do it
   * @implSpec The default implementation throws an {@link EnvException}.
   */
  default void reset(long[] seeds, StepBatch out) {
    throw new EnvException(
        "%s cannot reset single sub-environments; implement VectorEnv.reset(long[], StepBatch)"
            .formatted(spec().id()));
  }

  /**
   * Steps every sub-environment once.
   *
   * @param actions the actions, {@code [N, A]} where A is the size of the action space. Each row is
   *     a value of that space; a {@link Space.Discrete} action is its number. A {@link Space.Box}
   *     action may be outside the bounds, as in Gymnasium, but must not be NaN
   * @param out receives the results of the step
   * @throws IllegalArgumentException if {@code actions} has the wrong length, contains NaN or
   *     contains a value that is not in a discrete space, or if {@code out} has the wrong size
   * @throws IllegalStateException if this environment is closed or has not been reset, or if an
   *     episode ended under {@link AutoresetMode#DISABLED} and has not been reset
   * @throws EnvException if a sub-environment fails
   */
  void step(double[] actions, StepBatch out);

  /**
   * Returns how often what steps sub-environments, such as a process, failed and was replaced. The
   * rows of the steps in which that happened are {@link StepBatch#interrupted}. May be called from
   * any thread.
   */
  default long restarts() {
    return 0;
  }

  /**
   * Releases all resources. Closing a closed environment has no effect, and every later call throws
   * {@link IllegalStateException}.
   *
   * <p>Any thread may close, also while another one is in a call. That call ends first, either as
   * usual or with an {@link IllegalStateException} which says that the environment is closed; then
   * this method releases everything and returns. It does so for an interrupted thread too, and
   * leaves its interrupt status set.
   */
  @Override
  void close();
}
