package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Space;

/** {@link MountainCar} agrees with the recordings of {@code record_mountain_car.py}. */
class MountainCarTest extends RecordedTask {

  MountainCarTest() {
    super("mountain_car.txt");
  }

  @Override
  Dynamics dynamics(Map<String, Object> kwargs) {
    return new MountainCar(Double.parseDouble((String) kwargs.getOrDefault("goal_velocity", "0")));
  }

  @Override
  int predictableSteps() {
    return 200;
  }

  @Test
  void spacesAreGymnasiums() {
    MountainCar car = new MountainCar(0);
    assertThat(car.actionSpace()).isEqualTo(new Space.Discrete(3));
    assertThat(car.observationSpace()).isEqualTo(observations());
  }

  /** Returns the observation space of both cars. */
  static Space observations() {
    // numpy: print(*(float(np.float32(x)) for x in (1.2, 0.07, 0.6)))
    double[] low = {-1.2000000476837158, -0.07000000029802322};
    double[] high = {0.6000000238418579, 0.07000000029802322};
    return new Space.Box(low, high, new int[] {2}, DType.FLOAT32);
  }
}
