package org.ppo4j.gymnasium;

import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * The bytes of the map that Java shares with a worker; the twin of {@code layout.py}. Every section
 * holds one entry for each of the worker's K sub-environments.
 *
 * @param actions where {@code [K, A]} in the action space's dtype starts, written by Java
 * @param observations where {@code [K, O]} in the observation space's dtype starts
 * @param finalObservations where {@code [K, O]} starts; a row is valid where an episode just ended
 * @param rewards where {@code [K]} float64 starts
 * @param episodeReturns where {@code [K]} float64 starts; valid where an episode just ended
 * @param episodeLengths where {@code [K]} int64 starts; valid where an episode just ended
 * @param terminated where {@code [K]} bytes, 0 or 1, start
 * @param truncated where {@code [K]} bytes, 0 or 1, start
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
    long size) {

  /** Bytes of a cache line: a side's flags, and every section, start on one of their own. */
  static final int LINE = 64;

  /** int64, written by Java: how many requests were made. */
  static final long REQUEST = 0;

  /** int64, written by Java before the request: {@link #STEP} or {@link #RESET}. */
  static final long OPERATION = 8;

  /** int64, written by Java before the request: the seed of the worker's first sub-environment. */
  static final long SEED = 16;

  /** int64, written by the worker: how many requests were carried out. */
  static final long ACKNOWLEDGED = LINE;

  /** Where the sections start. */
  static final long HEADER = 2 * LINE;

  static final long STEP = 0;
  static final long RESET = 1;

  /** Places the sections of a worker that hosts {@code count} sub-environments. */
  static BridgeLayout of(int count, Space actionSpace, Space observationSpace) {
    long actionBytes = (long) count * actionSpace.size() * dtype(actionSpace).bytes();
    long observationBytes =
        (long) count * observationSpace.size() * dtype(observationSpace).bytes();
    long actions = HEADER;
    long observations = actions + lines(actionBytes);
    long finalObservations = observations + lines(observationBytes);
    long rewards = finalObservations + lines(observationBytes);
    long episodeReturns = rewards + lines(8L * count);
    long episodeLengths = episodeReturns + lines(8L * count);
    long terminated = episodeLengths + lines(8L * count);
    long truncated = terminated + lines(count);
    long size = truncated + lines(count);
    return new BridgeLayout(
        actions,
        observations,
        finalObservations,
        rewards,
        episodeReturns,
        episodeLengths,
        terminated,
        truncated,
        size);
  }

  /** Returns the element type in which values of {@code space} stand in the map. */
  static DType dtype(Space space) {
    return switch (space) {
      case Space.Box box -> box.dtype();
      case Space.Discrete _, Space.MultiDiscrete _ -> DType.INT64;
      case Space.MultiBinary _ -> DType.INT8;
    };
  }

  private static long lines(long bytes) {
    return Math.ceilDiv(bytes, LINE) * LINE;
  }
}
