package org.ppo4j.ray;

import java.util.List;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Contributes an environment with a Tuple of actions to all JVMs of the tests. A number is shown;
 * the reward is higher the nearer the box's action is to it, and 1 more for the choice of its sign.
 */
public final class MixedActions implements EnvProvider {
  static final String ID = "MixedActions-v0";

  @Override
  public List<EnvDefinition> environments() {
    return List.of(new EnvDefinition(ID, 20, _ -> new Numbers()));
  }

  private static final class Numbers extends ArrayDynamics {
    Numbers() {
      super(
          Space.Box.of(-1, 1, 1, DType.FLOAT64),
          new Space.Tuple(new Space.Discrete(2), Space.Box.of(-1, 1, 1, DType.FLOAT32)));
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = random.uniform(-1, 1);
    }

    @Override
    public double step(double[] actions, int offset) {
      double choice = actions[offset] == (state[0] > 0 ? 1 : 0) ? 1 : 0;
      double distance = Math.abs(actions[offset + 1] - state[0]);
      state[0] = Math.clamp(state[0] + 0.5 * actions[offset + 1], -1, 1);
      return choice - distance;
    }

    @Override
    public boolean terminated() {
      return false;
    }
  }
}
