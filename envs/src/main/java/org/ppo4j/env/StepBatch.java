package org.ppo4j.env;

import java.util.Arrays;

/**
 * The results of one vector step, in arrays that the caller owns and a {@link VectorEnv} writes.
 * {@code N} is the number of sub-environments and {@code O} the size of an observation.
 */
public final class StepBatch {
  /**
   * The observations, {@code [N, O]}, exactly as the environment returned them; without what is in
   * {@link #byteObservations}, {@code [N, O - B]}.
   */
  public final double[] observations;

  /** The rewards, {@code [N]}; zeros after a reset. */
  public final double[] rewards;

  /** Whether the episode reached a terminal state of the task, {@code [N]}. */
  public final boolean[] terminated;

  /** Whether the episode was cut off, for example by a time limit, {@code [N]}. */
  public final boolean[] truncated;

  /**
   * The last observation of the episode that this step ended, {@code [N, O]} or {@code [N, O - B]}.
   * A row is valid only under {@link AutoresetMode#SAME_STEP} and if {@link #isDone}; other rows
   * are not written.
   */
  public final double[] finalObservations;

  /**
   * The sum of raw rewards of the episode that this step ended, {@code [N]}; valid if {@link
   * #isDone}, or for an episode so far if the environment {@linkplain VectorEnv#givesProgress gives
   * progress}.
   */
  public final double[] episodeReturns;

  /**
   * The number of steps of the episode that this step ended, {@code [N]}; valid as {@link
   * #episodeReturns} is. It is 0 if only a part of an episode ended, such as a life of a game,
   * which has no return.
   */
  public final int[] episodeLengths;

  /**
   * Whether this step is unknown, {@code [N]}, because what steps the sub-environment failed and
   * was replaced ({@link VectorEnv#restarts}). The row is then truncated, with reward 0, the
   * observation that the action was chosen for as its final one, and the first of a new episode as
   * its observation; its episode's return and length are not known.
   */
  public final boolean[] interrupted;

  /**
   * The leaves of the observations that {@linkplain Space#holdsBytes hold bytes}, in order, {@code
   * [N, B]}, each byte a number from 0 to 255; empty unless {@link #hasBytes}.
   */
  public final byte[] byteObservations;

  /**
   * The same leaves of the last observations, {@code [N, B]}, with the rows of {@link
   * #finalObservations}; empty unless {@link #hasBytes}.
   */
  public final byte[] finalByteObservations;

  /**
   * Which actions are valid for the observations, {@code [N, M]}, with M of {@link Space#maskSize}:
   * 1 for a valid value and 0 for an invalid one; empty if the batch does not receive masks.
   */
  public final byte[] actionMasks;

  private final int numEnvs;
  private final int observationSize;

  /**
   * Allocates a batch for {@code numEnvs} sub-environments whose observations have {@code
   * observationSize} numbers.
   */
  public StepBatch(int numEnvs, int observationSize) {
    this(numEnvs, observationSize, 0, 0);
  }

  /**
   * Allocates a batch that receives masks of actions.
   *
   * @param maskSize M, the flags of an action; 0 for no masks
   */
  public StepBatch(int numEnvs, int observationSize, int maskSize) {
    this(numEnvs, observationSize, 0, maskSize);
  }

  private StepBatch(int numEnvs, int observationSize, int bytes, int maskSize) {
    this.numEnvs = numEnvs;
    this.observationSize = observationSize;
    observations = new double[Math.multiplyExact(numEnvs, observationSize - bytes)];
    finalObservations = new double[observations.length];
    actionMasks = new byte[Math.multiplyExact(numEnvs, maskSize)];
    byteObservations = new byte[Math.multiplyExact(numEnvs, bytes)];
    finalByteObservations = new byte[byteObservations.length];
    rewards = new double[numEnvs];
    terminated = new boolean[numEnvs];
    truncated = new boolean[numEnvs];
    interrupted = new boolean[numEnvs];
    episodeReturns = new double[numEnvs];
    episodeLengths = new int[numEnvs];
  }

  /** Allocates a batch that fits {@code env}, with masks of actions if it has them. */
  public static StepBatch of(VectorEnv env) {
    return of(env, false);
  }

  /**
   * Allocates a batch that fits {@code env} and has the leaves of its observations that {@linkplain
   * Space#holdsBytes hold bytes} as such, an eighth of the memory.
   *
   * @param env an environment that {@linkplain VectorEnv#givesBytes gives bytes}
   */
  public static StepBatch ofBytes(VectorEnv env) {
    return of(env, true);
  }

  private static StepBatch of(VectorEnv env, boolean bytes) {
    EnvSpec spec = env.spec();
    int maskSize = spec.maskSize();
    int size = spec.observationSpace().size();
    int byteSize = bytes ? size - spec.observationSpace().withoutBytes().size() : 0;
    return new StepBatch(env.numEnvs(), size, byteSize, maskSize);
  }

  /**
   * Returns whether the leaves of observations that {@linkplain Space#holdsBytes hold bytes} are in
   * {@link #byteObservations}, and not in {@link #observations}.
   */
  public boolean hasBytes() {
    return byteObservations.length > 0;
  }

  /** Returns the number of sub-environments, N. */
  public int numEnvs() {
    return numEnvs;
  }

  /** Returns the size of one observation, O. */
  public int observationSize() {
    return observationSize;
  }

  /** Returns whether the batch receives masks of actions. */
  public boolean hasMasks() {
    return actionMasks.length > 0;
  }

  /** Returns whether this step terminated or truncated sub-environment {@code env}. */
  public boolean isDone(int env) {
    return terminated[env] || truncated[env];
  }

  /** Sets the rewards to zero and the flags to false, as after a reset. */
  public void clearTransitions() {
    Arrays.fill(rewards, 0);
    Arrays.fill(terminated, false);
    Arrays.fill(truncated, false);
    Arrays.fill(interrupted, false);
  }
}
