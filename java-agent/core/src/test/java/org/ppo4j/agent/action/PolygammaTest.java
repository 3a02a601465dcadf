package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;

class PolygammaTest {
  private static final double EULER = 0.5772156649015329;

  /** psi(1) = -gamma, psi(n + 1) = psi(n) + 1 / n; psi'(1) = pi^2 / 6, less 1 / n^2 each step. */
  @Test
  void integersByTheirSums() {
    double digamma = -EULER;
    double trigamma = Math.PI * Math.PI / 6;
    for (int n = 1; n < 60; n++) {
      assertThat(Polygamma.digamma(n)).as("psi(%d)", n).isCloseTo(digamma, within(1e-14));
      assertThat(Polygamma.trigamma(n)).as("psi'(%d)", n).isCloseTo(trigamma, within(1e-14));
      digamma += 1.0 / n;
      trigamma -= 1.0 / n / n;
    }
  }

  /** Commons Math's digamma is exact to 3e-9. */
  @Test
  void agreesWithCommonsMath() {
    for (double x = 1; x < 1e6; x *= 1.1) {
      assertThat(Polygamma.digamma(x)).as("psi(%s)", x).isCloseTo(Gamma.digamma(x), within(5e-9));
      assertThat(Polygamma.trigamma(x))
          .as("psi'(%s)", x)
          .isCloseTo(Gamma.trigamma(x), within(1e-13));
    }
  }
}
