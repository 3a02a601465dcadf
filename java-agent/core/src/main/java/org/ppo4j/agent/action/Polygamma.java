package org.ppo4j.agent.action;

/**
 * The first two derivatives of log Gamma for numbers of at least 1: the recurrences lead to numbers
 * of at least 10, where the asymptotic series are exact to 2e-15 (Abramowitz and Stegun 1964,
 * 6.3.5, 6.3.18, 6.4.6 and 6.4.12).
 *
 * <p>Commons Math's {@code Gamma} has both too, but its recurrence goes to 49, which takes several
 * times as long, and its digamma is exact to 3e-9 only.
 */
final class Polygamma {
  private static final double ASYMPTOTIC = 10;

  private Polygamma() {}

  /** Returns psi(x) = d log Gamma(x) / dx. */
  static double digamma(double x) {
    double result = 0;
    while (x < ASYMPTOTIC) {
      result -= 1 / x;
      x++;
    }
    double r = 1 / (x * x);
    double series =
        r
            * (1.0 / 12
                - r
                    * (1.0 / 120
                        - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132 - r * 691.0 / 32760)))));
    return result + Math.log(x) - 0.5 / x - series;
  }

  /** Returns psi'(x). */
  static double trigamma(double x) {
    double result = 0;
    while (x < ASYMPTOTIC) {
      result += 1 / (x * x);
      x++;
    }
    double r = 1 / (x * x);
    double series =
        1.0 / 6
            - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66 - r * 691.0 / 2730))));
    return result + (1 + (0.5 + series / x) / x) / x;
  }
}
