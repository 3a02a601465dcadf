package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Space;

/** {@link Acrobot} agrees with the recordings of {@code record_acrobot.py}. */
class AcrobotTest extends RecordedTask {

  AcrobotTest() {
    super("acrobot.txt");
  }

  @Override
  Dynamics dynamics(Map<String, Object> kwargs) {
    return new Acrobot();
  }

  @Override
  int predictableSteps() {
    return 100;
  }

  @Test
  void spacesAreGymnasiums() {
    Acrobot acrobot = new Acrobot();
    assertThat(acrobot.actionSpace()).isEqualTo(new Space.Discrete(3));
    // numpy: print(float(np.float32(4 * np.pi)), float(np.float32(9 * np.pi)))
    double[] high = {1, 1, 1, 1, 12.566370964050293, 28.274333953857422};
    double[] low = {-1, -1, -1, -1, -12.566370964050293, -28.274333953857422};
    assertThat(acrobot.observationSpace())
        .isEqualTo(new Space.Box(low, high, new int[] {6}, DType.FLOAT32));
  }
}
