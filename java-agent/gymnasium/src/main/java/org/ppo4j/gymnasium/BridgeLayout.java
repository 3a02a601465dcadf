package org.ppo4j.gymnasium;

import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * The layout of the map that Java shares with a worker; the twin of {@code layout.py}. Every
 * section has one entry for each of the worker's K sub-environments.
 *
 * @param actions the offset of {@code [K, A]} in the action space's dtype, written by Java
 * @param observations the offset of {@code [K, O]} as {@link ObservationCodec} reads them
 * @param finalObservations the offset of {@code [K, O]}; a row is valid if its episode just ended
 * @param rewards the offset of {@code [K]} float64
 * @param episodeReturns the offset of {@code [K]} float64; valid if the episode just ended, or if
 *     the worker {@linkplain WorkerDescription#givesProgress gives progress}
 * @param episodeLengths the offset of {@code [K]} int64; valid as the returns are
 * @param terminated the offset of {@code [K]} bytes, 0 or 1
 * @param truncated the offset of {@code [K]} bytes, 0 or 1
 * @param masks the offset of {@code [K, M]} bytes, 1 for each value of an action that is valid; M
 *     is 0 if actions are not masked
 * @param seeds the offset of {@code [K]} int64, written by Java; of {@link #RESET_SOME}, a negative
 *     one leaves its sub-environment as it is
 * @param size the length of the whole map
 */
record BridgeLayout(
    long actions,
    long observations,
    long finalObservations,
    long rewards,
    long episodeReturns,
    long episodeLengths,
    long terminated,
    long truncated,
    long masks,
    long seeds,
    long size) {

  /** The bytes of a cache line: the flags of each side, and every section, start on a new one. */
  static final int LINE = 64;

  /** int64, written by Java: the number of requests made. */
  static final long REQUEST = 0;

  /**
   * int64, written by Java before the request: {@link #STEP}, {@link #RESET} or {@link
   * #RESET_SOME}.
   */
  static final long OPERATION = 8;

  /** int64, written by Java before the request: the seed of the worker's first sub-environment. */
  static final long SEED = 16;

  /** int64, written by the worker: the number of requests carried out. */
  static final long ACKNOWLEDGED = LINE;

  /** The offset of the first section. */
  static final long HEADER = 2 * LINE;

  static final long STEP = 0;
  static final long RESET = 1;
  static final long RESET_SOME = 2;

  /** Places the sections of a worker that hosts {@code count} sub-environments. */
  static BridgeLayout of(int count, EnvSpec spec) {
    return of(count, spec.actionSpace(), spec.observationSpace(), spec.maskSize());
  }

  /** Places the sections, with {@code maskSize} flags of an action's mask. */
  static BridgeLayout of(int count, Space actionSpace, Space observationSpace, int maskSize) {
    long actionBytes = (long) count * actionSpace.size() * dtype(actionSpace).bytes();
    long observationBytes = count * new ObservationCodec(observationSpace).rowBytes();
    long actions = HEADER;
    long observations = actions + lines(actionBytes);
    long finalObservations = observations + lines(observationBytes);
    long rewards = finalObservations + lines(observationBytes);
    long episodeReturns = rewards + lines(8L * count);
    long episodeLengths = episodeReturns + lines(8L * count);
    long terminated = episodeLengths + lines(8L * count);
    long truncated = terminated + lines(count);
    long masks = truncated + lines(count);
    long seeds = masks + lines((long) count * maskSize);
    long size = seeds + lines(8L * count);
    return new BridgeLayout(
        actions,
        observations,
        finalObservations,
        rewards,
        episodeReturns,
        episodeLengths,
        terminated,
        truncated,
        masks,
        seeds,
        size);
  }

  /**
   * Returns the element type that the map has for values of {@code space}; of a Tuple, for actions.
   */
  static DType dtype(Space space) {
    return switch (space) {
      case Space.Box box -> box.dtype();
      case Space.Discrete _, Space.MultiDiscrete _ -> DType.INT64;
      case Space.MultiBinary _ -> DType.INT8;
      case Space.Tuple _ -> DType.FLOAT64;
    };
  }

  private static long lines(long bytes) {
    return Math.ceilDiv(bytes, LINE) * LINE;
  }
}
