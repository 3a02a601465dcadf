package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The order of additions equals numpy's, shown by squares whose float32 sum depends on it. */
class FloatSumTest {

  /**
   * The expected sums are {@code np.sum(np.square(np.array(x, np.float32)))} of numpy 2.4.6 with x
   * = sin(1), ..., sin(n) rounded to float32.
   */
  @Test
  void sumsAreNumpys() {
    double[] values = new double[FloatSum.LIMIT];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) StrictMath.sin(i + 1);
    }
    assertThat(FloatSum.ofSquares(values, 0, 3)).isEqualTo(1.55481f);
    assertThat(FloatSum.ofSquares(values, 0, 7)).isEqualTo(3.5568004f);
    assertThat(FloatSum.ofSquares(values, 0, 8)).isEqualTo(4.53563f);
    assertThat(FloatSum.ofSquares(values, 0, 17)).isEqualTo(8.877213f);
    assertThat(FloatSum.ofSquares(values, 0, 128)).isEqualTo(64.42035f);
    assertThat(FloatSum.ofSquares(values, 1, 2)).isEqualTo(0.8467366f);
  }
}
