package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The order of additions equals numpy's, shown by numbers whose sum depends on it. */
class DoubleSumTest {

  /** The expected sums are {@code np.sum(x[:n])} of numpy 2.4.6 with x = 1, 1/2, 1/3, ... */
  @Test
  void sumsAreNumpys() {
    double[] values = new double[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1.0 / (i + 1);
    }
    assertThat(DoubleSum.of(values, 0, 3)).isEqualTo(1.8333333333333333);
    assertThat(DoubleSum.of(values, 0, 8)).isEqualTo(2.7178571428571425);
    assertThat(DoubleSum.of(values, 0, 17)).isEqualTo(3.439552522640758);
    assertThat(DoubleSum.of(values, 0, 128)).isEqualTo(5.433147092589173);
    assertThat(DoubleSum.of(values, 0, 129)).isEqualTo(5.440899030573669);
    assertThat(DoubleSum.of(values, 0, 300)).isEqualTo(6.282663880299504);
    assertThat(DoubleSum.of(values, 0, 400)).isEqualTo(6.569929691176507);
    assertThat(DoubleSum.of(values, 1, 2)).isEqualTo(0.8333333333333333);
  }

  @Test
  void squaresAreSummed() {
    assertThat(DoubleSum.ofSquares(new double[] {1, -2, 3})).isEqualTo(14);
  }
}
