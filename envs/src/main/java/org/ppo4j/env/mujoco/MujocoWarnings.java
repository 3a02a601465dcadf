package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports what MuJoCo warns of in the simulations of one environment: NaN or numbers beyond 1e10,
 * after which it sets the simulation back and goes on, or too many contacts. So it is in Gymnasium,
 * which leaves such warnings in {@code MUJOCO_LOG.TXT}.
 *
 * <p>The first warning of each kind in each sub-environment goes to the logger of this class as it
 * happens; the others are counted, and the sums follow when the environment is closed.
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

    /** Whether MuJoCo sets the simulation back. */
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

  /** How often each kind was warned of, {@code [N, KINDS]}. */
  private final long[] counts;

  /** Steps since the environment was made. */
  private long steps;

  /**
   * Reports on {@code size} simulations.
   *
   * @param id of the environment
   * @param stats the stats of each simulation, {@link #bytes} long
   */
  MujocoWarnings(Mujoco mujoco, String id, int size, MemorySegment stats) {
    this.mujoco = mujoco;
    this.id = id;
    this.size = size;
    this.stats = stats;
    counts = new long[size * KINDS.length];
  }

  /** Returns the length of the stats of {@code size} simulations. */
  static long bytes(int size) {
    return (long) size * KINDS.length * STAT_LENGTH * Integer.BYTES;
  }

  /** Takes what MuJoCo warned of in one more step of the simulations. */
  void check() {
    steps++;
    for (int i = 0; i < counts.length; i++) {
      int number = stats.getAtIndex(JAVA_INT, (long) i * STAT_LENGTH + NUMBER);
      if (number != 0) {
        // MuJoCo clears the number with the simulation, so it would not tell the next time.
        stats.setAtIndex(JAVA_INT, (long) i * STAT_LENGTH + NUMBER, 0);
        if (counts[i] == 0) {
          tell(i);
        }
        counts[i] += number;
      }
    }
  }

  private void tell(int i) {
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
                kind.resets ? " It has set the simulation back, which goes on." : ""));
  }

  /** Says how many warnings there were, if there were more than were told. */
  void close() {
    List<String> sums = new ArrayList<>();
    long untold = 0;
    for (Kind kind : KINDS) {
      long sum = 0;
      int told = 0;
      for (int i = kind.ordinal(); i < size * KINDS.length; i += KINDS.length) {
        sum += counts[i];
        told += counts[i] > 0 ? 1 : 0;
      }
      if (sum > 0) {
        sums.add("%d %s in %d of %d sub-environments".formatted(sum, kind, told, size));
      }
      untold += sum - told;
    }
    if (untold > 0) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "%s: MuJoCo's warnings in %d steps: %s".formatted(id, steps, String.join(", ", sums)));
    }
  }
}
