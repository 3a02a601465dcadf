package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports MuJoCo's warnings about the simulations of one environment, such as NaN, numbers beyond
 * 1e10 or too many contacts. After NaN or a huge number, MuJoCo resets the simulation and
 * continues. Gymnasium does the same and leaves the warnings in {@code MUJOCO_LOG.TXT}.
 *
 * <p>The first warning of each kind in each sub-environment is logged when it occurs, by the logger
 * of this class. Further warnings are counted, and the totals are logged when the environment is
 * closed.
 */
@SuppressWarnings("EnumOrdinal") // the kinds stand in the order of mjtWarning
final class MujocoWarnings {
  private static final System.Logger LOGGER = System.getLogger(MujocoWarnings.class.getName());

  /** In the order of mjtWarning. */
  private enum Kind {
    INERTIA(false),
    CONTACTFULL(false),
    CNSTRFULL(false),
    BADQPOS(true),
    BADQVEL(true),
    BADQACC(true),
    BADCTRL(false);

    /** Whether MuJoCo resets the simulation. */
    final boolean resets;

    Kind(boolean resets) {
      this.resets = resets;
    }
  }

  private static final Kind[] KINDS = Kind.values();

  // mjWarningStat: int lastinfo, int number
  private static final int STAT_LENGTH = 2;
  private static final int NUMBER = 1;

  private final Mujoco mujoco;
  private final String id;
  private final int size;

  /** The stats of each simulation, {@code [N, KINDS, STAT_LENGTH]}; MuJoCo's memory. */
  private final MemorySegment stats;

  /** The number of warnings of each kind, {@code [N, KINDS]}. */
  private final long[] counts;

  /** The number of steps since the environment was created. */
  private long steps;

  /**
   * Creates the reports on {@code size} simulations.
   *
   * @param id the id of the environment
   * @param stats the stats of each simulation, of length {@link #bytes}
   */
  MujocoWarnings(Mujoco mujoco, String id, int size, MemorySegment stats) {
    this.mujoco = mujoco;
    this.id = id;
    this.size = size;
    this.stats = stats;
    counts = new long[size * KINDS.length];
  }

  /** Returns the length in bytes of the stats of {@code size} simulations. */
  static long bytes(int size) {
    return (long) size * KINDS.length * STAT_LENGTH * Integer.BYTES;
  }

  /** Collects MuJoCo's warnings of one more step of the simulations. */
  void check() {
    steps++;
    for (int i = 0; i < counts.length; i++) {
      int number = stats.getAtIndex(JAVA_INT, (long) i * STAT_LENGTH + NUMBER);
      if (number != 0) {
        // MuJoCo also clears the number when it resets the simulation, so it cannot be compared
        // with
        // the previous one. Clearing it here makes every warning visible.
        stats.setAtIndex(JAVA_INT, (long) i * STAT_LENGTH + NUMBER, 0);
        if (counts[i] == 0) {
          log(i);
        }
        counts[i] += number;
      }
    }
  }

  private void log(int i) {
    Kind kind = KINDS[i % KINDS.length];
    int info = stats.getAtIndex(JAVA_INT, (long) i * STAT_LENGTH);
    LOGGER.log(
        System.Logger.Level.WARNING,
        "%s, sub-environment %d, step %d: MuJoCo warns: %s%s Further warnings of this kind are counted."
            .formatted(
                id,
                i / KINDS.length,
                steps,
                mujoco.warningText(kind.ordinal(), info),
                kind.resets ? " MuJoCo has reset the simulation, which continues." : ""));
  }

  /** Logs the number of warnings, if not all of them have been logged. */
  void close() {
    List<String> sums = new ArrayList<>();
    long unlogged = 0;
    for (Kind kind : KINDS) {
      long sum = 0;
      int affected = 0;
      for (int i = kind.ordinal(); i < size * KINDS.length; i += KINDS.length) {
        sum += counts[i];
        affected += counts[i] > 0 ? 1 : 0;
      }
      if (sum > 0) {
        sums.add("%d %s in %d of %d sub-environments".formatted(sum, kind, affected, size));
      }
      unlogged += sum - affected;
    }
    if (unlogged > 0) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "%s: MuJoCo's warnings in %d steps: %s".formatted(id, steps, String.join(", ", sums)));
    }
  }
}
