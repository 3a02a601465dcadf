package org.ppo4j.agent;

import java.util.Arrays;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * A task with masks of actions, which throws if an action is invalid. About half of the values are
 * valid in a state, others in the next one. The best value of each discrete number is the largest
 * valid one; of a continuous one it is 0.3. Nothing of that is observed, so that only a policy that
 * orders its values is best, and only a mask makes that possible.
 */
final class Doors extends ArrayDynamics {
  static final String ID = "ppo4j-test/Doors-v0";
  private static final int LENGTH = 8;
  private static final int DRAW = 1;
  private static final int STEP = 2;

  private final Space actions;
  private final byte[] mask;
  private final int emptyAt;

  /** Registers the task for {@code actions}, under the id that is returned. */
  static String register(Space actions) {
    String id = "%s%d".formatted(ID, Integer.toUnsignedLong(actions.toString().hashCode()));
    if (!Envs.isNative(id)) {
      Envs.register(id, LENGTH, kwargs -> new Doors(actions, kwargs));
    }
    return id;
  }

  private Doors(Space actions, Kwargs kwargs) {
    super(Space.Box.of(-1, 1, 1, DType.FLOAT64), actions, 3);
    this.actions = actions;
    mask = new byte[actions.maskSize()];
    emptyAt = kwargs.integer("empty_at", -1);
  }

  @Override
  public boolean masksActions() {
    return true;
  }

  @Override
  public void reset(NumpyRandom random) {
    state[DRAW] = random.integers(1L << 20);
    state[STEP] = 0;
  }

  @Override
  public double step(double[] chosen, int offset) {
    fill(mask, 0);
    double reward = 0;
    int number = offset;
    int flag = 0;
    for (Space leaf : actions.leaves()) {
      for (int i = 0; i < leaf.size(); i++) {
        int count = count(leaf, i);
        if (count == 0) {
          reward -= Math.abs(chosen[number] - 0.3);
        } else {
          int value = (int) chosen[number] - start(leaf, i);
          if (mask[flag + value] == 0) {
            throw new IllegalStateException("%s is invalid".formatted(chosen[number]));
          }
          reward += value == largest(flag, count) ? 1 : 0;
        }
        flag += count;
        number++;
      }
    }
    state[STEP]++;
    return reward / actions.size();
  }

  private int largest(int from, int count) {
    int value = count - 1;
    while (mask[from + value] == 0) {
      value--;
    }
    return value;
  }

  @Override
  public void actionMask(byte[] out, int offset) {
    fill(out, offset);
  }

  /** Draws flags from the state, so that a restored state has the same. */
  private void fill(byte[] out, int offset) {
    long bits = 31 * (long) state[DRAW] + (long) state[STEP];
    int flag = offset;
    for (Space leaf : actions.leaves()) {
      for (int i = 0; i < leaf.size(); i++) {
        int count = count(leaf, i);
        int valid = -1;
        for (int value = 0; value < count; value++) {
          bits = bits * 6364136223846793005L + 1442695040888963407L;
          valid = value == 0 ? (int) ((bits >>> 40) % count) : valid;
          out[flag++] = (byte) ((bits >>> 62) % 2 == 1 || value == valid ? 1 : 0);
        }
      }
    }
    if (state[STEP] == emptyAt) {
      Arrays.fill(out, offset, flag, (byte) 0);
    }
  }

  private static int count(Space leaf, int i) {
    return switch (leaf) {
      case Space.Discrete discrete -> discrete.n();
      case Space.MultiDiscrete choices -> choices.nvec(i);
      case Space.MultiBinary _ -> 2;
      case Space.Box _, Space.Tuple _ -> 0;
    };
  }

  private static int start(Space leaf, int i) {
    return switch (leaf) {
      case Space.Discrete discrete -> discrete.start();
      case Space.MultiDiscrete choices -> choices.start(i);
      case Space.MultiBinary _, Space.Box _, Space.Tuple _ -> 0;
    };
  }
}
