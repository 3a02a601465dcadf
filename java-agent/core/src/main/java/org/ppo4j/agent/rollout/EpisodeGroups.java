package org.ppo4j.agent.rollout;

import java.util.Arrays;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * Groups of sub-environments that start an episode from the same seed. Sub-environments {@code g *
 * size .. (g + 1) * size - 1} are group g. A member whose episode has ended waits for the others;
 * what its sub-environment does in the meantime is not learnt from. When all have ended, the group
 * starts another episode. Each rollout begins with new episodes in all groups, and cuts those that
 * have not ended after the same number of steps for all members.
 */
final class EpisodeGroups {
  private static final long CONTINUES = -1;
  private static final String SAVED = "groups/seed_and_starts";

  private final int size;

  /** Whether the episode of the group is still running, {@code [N]}. */
  private final boolean[] plays;

  /** Seeds of the sub-environments to reset, {@code [N]}. */
  private final long[] seeds;

  private long seed;
  private long starts;

  EpisodeGroups(int numEnvs, int size) {
    this.size = size;
    plays = new boolean[numEnvs];
    seeds = new long[numEnvs];
  }

  /** Sets the seed that those of all episodes are derived from. */
  void reset(long first) {
    seed = first;
    starts = 0;
  }

  /** Starts episodes in all groups; returns the seeds of the reset, {@code [N]}. */
  long[] startAll() {
    for (int first = 0; first < plays.length; first += size) {
      start(first);
    }
    return seeds;
  }

  /** Returns whether sub-environment {@code env} waits for the others of its group. */
  boolean waits(int env) {
    return !plays[env];
  }

  /**
   * Notes the episodes that ended in a step.
   *
   * @return whether groups start episodes, by a reset with {@link #seeds}
   */
  boolean step(StepBatch batch) {
    boolean starts = false;
    for (int first = 0; first < plays.length; first += size) {
      boolean anyPlays = false;
      for (int env = first; env < first + size; env++) {
        plays[env] &= !batch.isDone(env);
        anyPlays |= plays[env];
      }
      if (anyPlays) {
        Arrays.fill(seeds, first, first + size, CONTINUES);
      } else {
        start(first);
        starts = true;
      }
    }
    return starts;
  }

  /** Returns the seeds of the sub-environments to reset, {@code [N]}; others are negative. */
  long[] seeds() {
    return seeds;
  }

  /** The seed of start k is derived as that of step k. */
  private void start(int first) {
    Arrays.fill(seeds, first, first + size, Seeds.ofStep(seed, ++starts));
    Arrays.fill(plays, first, first + size, true);
  }

  void save(TrainingState state) {
    state.put(SAVED, new long[] {seed, starts});
  }

  void restore(TrainingState state) {
    long[] saved = state.longs(SAVED, 2);
    seed = saved[0];
    starts = saved[1];
  }
}
