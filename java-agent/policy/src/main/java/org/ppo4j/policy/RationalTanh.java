package org.ppo4j.policy;

/**
 * The hyperbolic tangent as a ratio of polynomials: the trainer's, in the same operations and
 * order, so that it gives the same bits. The trainer's class of the same name says where the
 * coefficients come from; a test there holds both equal.
 */
final class RationalTanh {
  private static final float BOUND = 7.9f;

  private static final float P1 = 1.298492e-01f;
  private static final float P2 = 2.992107e-03f;
  private static final float P3 = 9.939273e-06f;
  private static final float P4 = -1.4906474e-08f;
  private static final float P5 = 2.4105717e-11f;
  private static final float Q1 = 4.6318236e-01f;
  private static final float Q2 = 2.4053136e-02f;
  private static final float Q3 = 2.3808819e-04f;

  private RationalTanh() {}

  /** Replaces the first {@code n} elements by their hyperbolic tangents. */
  static void tanh(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      float clamped = Math.max(-BOUND, Math.min(BOUND, x[i]));
      float u = clamped * clamped;
      float p = Math.fma(P5, u, P4);
      p = Math.fma(p, u, P3);
      p = Math.fma(p, u, P2);
      p = Math.fma(p, u, P1);
      p = Math.fma(p, u, 1f);
      float q = Math.fma(Q3, u, Q2);
      q = Math.fma(q, u, Q1);
      q = Math.fma(q, u, 1f);
      x[i] = clamped * p / q;
    }
  }
}
