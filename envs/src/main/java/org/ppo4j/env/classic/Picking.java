package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * An arm on a rail picks up items: it moves to an item, and closes the gripper of the item's kind.
 * An action has a discrete part and a continuous one, and the task needs both.
 *
 * <pre>
 * Action: Tuple(Discrete(4), Box(-1, 1, (1,), float32))
 *   the gripper that closes: 0 none, 1 to 3 that of a kind
 *   the velocity; the arm moves by a tenth of it, and not beyond the ends of the rail
 *
 * Observation: Box(-2, 2, (5,), float32)
 *   0   the arm's place, from -1 to 1
 *   1   the item's place less the arm's
 *   2-4 the item's kind: 1 for one of the three, else 0
 *
 * Reward   1 for an item that the gripper of its kind reaches, closing within 0.05 of it after the
 *          move; another item lies somewhere else then. -0.1 for a gripper that closes in vain
 * Start    arm and item anywhere, each place equally likely, the item of any kind
 * End      truncated after a number of steps
 *
 * Argument   type   default
 *   hold     text   none      the part of actions that has no effect: kind has gripper 1 close in
 *                             every step, velocity has the arm stand still
 * </pre>
 */
final class Picking extends ArrayDynamics {

  /** The part of actions that has no effect. */
  enum Hold {
    NONE,
    KIND,
    VELOCITY
  }

  private static final int ARM = 0;
  private static final int NEXT = 1;
  private static final int PLACES = 2;

  /** More items than an episode of 100 steps can have. */
  private static final int ITEMS = 100;

  private static final int KINDS = PLACES + ITEMS;
  private static final double STEP = 0.1;
  private static final double REACH = 0.05;
  private static final double IN_VAIN = -0.1;

  private static final Space OBSERVATIONS = Space.Box.of(-2, 2, 5, DType.FLOAT32);
  private static final Space ACTIONS =
      new Space.Tuple(new Space.Discrete(4), Space.Box.of(-1, 1, 1, DType.FLOAT32));

  private final Hold hold;

  Picking(Hold hold) {
    super(OBSERVATIONS, ACTIONS, KINDS + ITEMS);
    this.hold = hold;
  }

  @Override
  public void reset(NumpyRandom random) {
    state[ARM] = random.uniform(-1, 1);
    state[NEXT] = 0;
    for (int i = 0; i < ITEMS; i++) {
      state[PLACES + i] = random.uniform(-1, 1);
      state[KINDS + i] = 1 + random.integers(3);
    }
  }

  @Override
  public double step(double[] actions, int offset) {
    double gripper = hold == Hold.KIND ? 1 : actions[offset];
    double velocity = hold == Hold.VELOCITY ? 0 : actions[offset + 1];
    state[ARM] = Math.clamp(state[ARM] + STEP * velocity, -1, 1);
    if (gripper == 0) {
      return 0;
    }
    int item = (int) state[NEXT];
    boolean isReached = Math.abs(state[PLACES + item] - state[ARM]) <= REACH;
    if (!isReached || gripper != state[KINDS + item]) {
      return IN_VAIN;
    }
    state[NEXT] = (item + 1) % ITEMS;
    return 1;
  }

  @Override
  public void observe(double[] out, int offset) {
    int item = (int) state[NEXT];
    out[offset] = (float) state[ARM];
    out[offset + 1] = (float) (state[PLACES + item] - state[ARM]);
    for (int kind = 1; kind <= 3; kind++) {
      out[offset + 1 + kind] = state[KINDS + item] == kind ? 1 : 0;
    }
  }
}
