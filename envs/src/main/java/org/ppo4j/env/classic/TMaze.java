package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * The T-maze of Bakker, "Reinforcement Learning with Long Short-Term Memory" (2001), without noise:
 * a corridor leads east to a junction, where one of two ways leads to the goal. Which one is shown
 * at the start only.
 *
 * <pre>
 * Action: Discrete(4)
 *   0   north
 *   1   east
 *   2   south
 *   3   west
 *
 * Observation: Box, float32 [3], 0 or 1
 *   0 1 1   at the start, if the goal is in the north
 *   1 1 0   at the start, if the goal is in the south
 *   1 0 1   in the corridor
 *   0 1 0   at the junction
 *
 * Reward   4 for the way to the goal, -0.1 for the other one, -0.1 for a step against a wall, else 0
 * Start    in the west; the goal is in the north or in the south, each with probability 1/2
 * End      terminated by a step north or south at the junction; truncated after a number of steps
 *
 * Argument   type      default
 *   length   integer   50        the steps from the start to the junction
 *   masks    boolean   false     whether steps against walls are invalid actions
 * </pre>
 *
 * <p>As in the paper, the signal is shown at the start again if the agent returns there; without
 * memory at the junction, the best mean return is 1.95.
 */
final class TMaze extends ArrayDynamics {
  private static final int PLACE = 0;
  private static final int GOAL = 1;
  private static final int OVER = 2;

  private static final int NORTH = 0;
  private static final int EAST = 1;
  private static final int SOUTH = 2;
  private static final int WEST = 3;

  private static final double GOAL_REWARD = 4;
  private static final double PENALTY = -0.1;

  private static final Space OBSERVATIONS = Space.Box.of(0, 1, 3, DType.FLOAT32);
  private static final Space ACTIONS = new Space.Discrete(4);

  private final int length;
  private final boolean masks;

  /** Creates a maze whose corridor has {@code length} steps. */
  TMaze(int length, boolean masks) {
    super(OBSERVATIONS, ACTIONS);
    this.length = length;
    this.masks = masks;
  }

  @Override
  public boolean masksActions() {
    return masks;
  }

  @Override
  public void actionMask(byte[] out, int offset) {
    byte atJunction = (byte) (state[PLACE] == length ? 1 : 0);
    out[offset + NORTH] = atJunction;
    out[offset + EAST] = (byte) (1 - atJunction);
    out[offset + SOUTH] = atJunction;
    out[offset + WEST] = (byte) (state[PLACE] > 0 ? 1 : 0);
  }

  @Override
  public void reset(NumpyRandom random) {
    state[PLACE] = 0;
    state[GOAL] = random.uniform(0, 1) < 0.5 ? 1 : -1;
    state[OVER] = 0;
  }

  @Override
  public double step(double[] actions, int offset) {
    int action = (int) actions[offset];
    boolean atJunction = state[PLACE] == length;
    if (action == EAST || action == WEST) {
      double place = state[PLACE] + (action == EAST ? 1 : -1);
      if (place < 0 || place > length) {
        return PENALTY;
      }
      state[PLACE] = place;
      return 0;
    }
    if (!atJunction) {
      return PENALTY;
    }
    state[OVER] = 1;
    return (action == NORTH) == (state[GOAL] == 1) ? GOAL_REWARD : PENALTY;
  }

  @Override
  public boolean terminated() {
    return state[OVER] == 1;
  }

  @Override
  public void observe(double[] out, int offset) {
    boolean atStart = state[PLACE] == 0;
    boolean atJunction = state[PLACE] == length;
    out[offset] = atJunction || (atStart && state[GOAL] == 1) ? 0 : 1;
    out[offset + 1] = atJunction || atStart ? 1 : 0;
    out[offset + 2] = atJunction || (atStart && state[GOAL] == -1) ? 0 : 1;
  }
}
