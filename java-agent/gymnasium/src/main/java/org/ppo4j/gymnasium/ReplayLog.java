package org.ppo4j.gymnasium;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * What one worker was asked since its environments were last reset by a seed, with a checksum of
 * what it gave each time, so that another worker can repeat it and be compared with it.
 *
 * <p>A request takes the actions of the worker's sub-environments, 8 bytes for each discrete action
 * and 4 for each float32, and 8 bytes for the checksum. All logs of one environment share a limit.
 */
final class ReplayLog {
  private static final int CHUNK_RECORDS = 4096;

  /** Asks a worker again and reads its answer. */
  interface Replayer {
    /** Resets all sub-environments with the seeds from {@code seed} on. */
    void reset(long seed);

    /** Resets those whose seed is not negative, {@code [N]}. */
    void reset(long[] seeds);

    /** Steps with {@code actions}, {@code [N, A]}. */
    void step(double[] actions);

    /** Returns what the last request gave; rows of other workers are not used. */
    StepBatch given();
  }

  private final int first;
  private final int count;
  private final List<Space> observationLeaves;
  private final int actionSize;
  private final DType dtype;
  private final int recordLongs;
  private final AtomicLong remainingBytes;

  /** The records, each the actions, in the map's dtype, and a checksum. */
  private final List<long[]> chunks = new ArrayList<>();

  /** The seeds of those requests that are resets of some, by their number. */
  private final Map<Integer, long[]> resets = new HashMap<>();

  private long seed;
  private int size;

  /** Whether the log has everything since the reset; false before the first one. */
  private boolean complete;

  private boolean ended;

  /** Whether masks of actions were read, and are compared. */
  private boolean hasMasks;

  /**
   * Creates the log of a worker.
   *
   * @param first the number of its first sub-environment
   * @param count the number of its sub-environments
   * @param spec the environment
   * @param remainingBytes what the logs of all workers may still take
   */
  ReplayLog(int first, int count, EnvSpec spec, AtomicLong remainingBytes) {
    this.first = first;
    this.count = count;
    this.remainingBytes = remainingBytes;
    observationLeaves = spec.observationSpace().leaves();
    actionSize = spec.actionSpace().size();
    dtype = BridgeLayout.dtype(spec.actionSpace());
    recordLongs = Math.toIntExact(Math.ceilDiv((long) count * actionSize * dtype.bytes(), 8L) + 1);
  }

  /** Begins with a reset of all sub-environments. */
  void reset(long seed, StepBatch given) {
    begin(given);
    this.seed = seed;
    if (complete) {
      add(observationChecksum(given, null));
    }
  }

  /**
   * Adds a reset of those sub-environments whose seed is not negative; begins with it if it is one
   * of all.
   */
  void reset(long[] seeds, StepBatch given) {
    if (allAreReset(seeds)) {
      begin(given);
    }
    if (complete) {
      resets.put(size, seeds.clone());
      add(observationChecksum(given, seeds));
    }
  }

  private void begin(StepBatch given) {
    forget();
    complete = !ended;
    hasMasks = given.hasMasks();
  }

  private boolean allAreReset(long[] seeds) {
    for (int env = first; env < first + count; env++) {
      if (seeds[env] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Adds a step; returns false if the log became too large now, and forgets all. */
  boolean step(double[] actions, StepBatch given) {
    if (!complete) {
      return true;
    }
    int number = size;
    add(checksum(given));
    if (complete) {
      ElementCodec.write(actions, first * actionSize, count * actionSize, record(number), 0, dtype);
    }
    return complete;
  }

  /** Forgets all until the next reset. */
  void forget() {
    remainingBytes.addAndGet(chunks.size() * chunkBytes());
    chunks.clear();
    resets.clear();
    size = 0;
    complete = false;
  }

  /** Forgets all, for good. */
  void end() {
    forget();
    ended = true;
  }

  /** Returns whether the requests can be repeated. */
  boolean isComplete() {
    return complete;
  }

  /** Returns the number of requests, the reset included. */
  int size() {
    return size;
  }

  /**
   * Has another worker repeat everything.
   *
   * @return the number of the first request whose answer is another one, counted from 0, the reset;
   *     {@link #size} if all are the same
   */
  int replay(Replayer replayer) {
    double[] actions = new double[replayer.given().numEnvs() * actionSize];
    for (int number = 0; number < size; number++) {
      long[] seeds = resets.get(number);
      long checksum;
      if (seeds != null) {
        replayer.reset(seeds);
        checksum = observationChecksum(replayer.given(), seeds);
      } else if (number == 0) {
        replayer.reset(seed);
        checksum = observationChecksum(replayer.given(), null);
      } else {
        ElementCodec.read(
            record(number), 0, dtype, actions, first * actionSize, count * actionSize);
        replayer.step(actions);
        checksum = checksum(replayer.given());
      }
      if (checksum != chunks.get(number / CHUNK_RECORDS)[checksumAt(number)]) {
        return number;
      }
    }
    return size;
  }

  private int checksumAt(int number) {
    return (number % CHUNK_RECORDS + 1) * recordLongs - 1;
  }

  private MemorySegment record(int number) {
    return MemorySegment.ofArray(chunks.get(number / CHUNK_RECORDS))
        .asSlice(8L * (number % CHUNK_RECORDS) * recordLongs, 8L * recordLongs);
  }

  private void add(long checksum) {
    if (size == chunks.size() * CHUNK_RECORDS) {
      if (remainingBytes.addAndGet(-chunkBytes()) < 0) {
        remainingBytes.addAndGet(chunkBytes());
        forget();
        return;
      }
      chunks.add(new long[CHUNK_RECORDS * recordLongs]);
    }
    chunks.getLast()[checksumAt(size)] = checksum;
    size++;
  }

  private long chunkBytes() {
    return 8L * CHUNK_RECORDS * recordLongs;
  }

  /** Returns a checksum of this worker's rows, over every bit that is learnt from. */
  private long checksum(StepBatch given) {
    long sum = observationChecksum(given, null);
    sum = mixed(sum, given.rewards, first, count);
    for (int env = first; env < first + count; env++) {
      sum = mixed(sum, (given.terminated[env] ? 2 : 0) + (given.truncated[env] ? 1 : 0));
      if (given.isDone(env)) {
        sum = mixed(sum, given, env, true);
      }
    }
    return sum;
  }

  /** Returns a checksum of the observations and masks, or of those whose seed is not negative. */
  private long observationChecksum(StepBatch given, long @Nullable [] seeds) {
    int flags = hasMasks ? given.actionMasks.length / given.numEnvs() : 0;
    long sum = 1;
    for (int env = first; env < first + count; env++) {
      if (seeds == null || seeds[env] >= 0) {
        sum = mixed(sum, given, env, false);
        for (int i = env * flags; i < (env + 1) * flags; i++) {
          sum = mixed(sum, given.actionMasks[i]);
        }
      }
    }
    return sum;
  }

  /** Adds an observation, or a final one; the sum is the same where its images are bytes. */
  private long mixed(long sum, StepBatch given, int env, boolean isFinal) {
    double[] numbers = isFinal ? given.finalObservations : given.observations;
    byte[] bytes = isFinal ? given.finalByteObservations : given.byteObservations;
    int number = env * (numbers.length / given.numEnvs());
    int next = env * (bytes.length / given.numEnvs());
    long mixed = sum;
    for (Space leaf : observationLeaves) {
      if (leaf.holdsBytes() && given.hasBytes()) {
        for (int end = next + leaf.size(); next < end; next++) {
          mixed = mixed(mixed, Double.doubleToRawLongBits(Byte.toUnsignedInt(bytes[next])));
        }
      } else {
        mixed = mixed(mixed, numbers, number, leaf.size());
        number += leaf.size();
      }
    }
    return mixed;
  }

  private static long mixed(long sum, double[] numbers, int from, int count) {
    long mixed = sum;
    for (int i = from; i < from + count; i++) {
      mixed = mixed(mixed, Double.doubleToRawLongBits(numbers[i]));
    }
    return mixed;
  }

  /** The step of FNV-1a on 64 bits at a time, with a rotation that brings high bits down. */
  private static long mixed(long sum, long bits) {
    return Long.rotateLeft((sum ^ bits) * 0x9E3779B97F4A7C15L, 29);
  }
}
