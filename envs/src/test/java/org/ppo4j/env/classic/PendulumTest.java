package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Space;

/** {@link Pendulum} agrees with the recordings of {@code record_pendulum.py}. */
class PendulumTest extends RecordedTask {

  PendulumTest() {
    super("pendulum.txt");
  }

  @Override
  Dynamics dynamics(Map<String, Object> kwargs) {
    return new Pendulum(Double.parseDouble((String) kwargs.getOrDefault("g", "10")));
  }

  @Override
  int predictableSteps() {
    return 200;
  }

  /** Returns a float32 ulp of the maximum cost of the torque, 0.004. */
  @Override
  double rewardTolerance() {
    return Math.ulp(0.004f);
  }

  @Test
  void spacesAreGymnasiums() {
    Pendulum pendulum = new Pendulum(10);
    assertThat(pendulum.actionSpace()).isEqualTo(Space.Box.of(-2, 2, 1, DType.FLOAT32));
    double[] high = {1, 1, 8};
    double[] low = {-1, -1, -8};
    assertThat(pendulum.observationSpace())
        .isEqualTo(new Space.Box(low, high, new int[] {3}, DType.FLOAT32));
  }
}
