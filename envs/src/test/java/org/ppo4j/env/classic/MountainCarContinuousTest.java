package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Space;

/**
 * {@link MountainCarContinuous} agrees with the recordings of {@code
 * record_mountain_car_continuous.py}.
 */
class MountainCarContinuousTest extends RecordedTask {

  MountainCarContinuousTest() {
    super("mountain_car_continuous.txt");
  }

  @Override
  Dynamics dynamics(Map<String, Object> kwargs) {
    return new MountainCarContinuous(
        Double.parseDouble((String) kwargs.getOrDefault("goal_velocity", "0")));
  }

  @Override
  int predictableSteps() {
    return 999;
  }

  @Test
  void spacesAreGymnasiums() {
    MountainCarContinuous car = new MountainCarContinuous(0);
    assertThat(car.actionSpace()).isEqualTo(Space.Box.of(-1, 1, 1, DType.FLOAT32));
    assertThat(car.observationSpace()).isEqualTo(MountainCarTest.observations());
  }
}
