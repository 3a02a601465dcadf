package org.ppo4j.agent.kernel;

/**
 * The hyperbolic tangent as a ratio of polynomials, {@code x P(x^2) / Q(x^2)} on {@code |x| <=
 * 7.9}, constant beyond.
 *
 * <p>The coefficients are a minimax fit of the relative error made for this project by iteratively
 * reweighted least squares on Chebyshev nodes (error 1.7e-8 in exact arithmetic). In floats the
 * error is at most 4e-7, and the result never exceeds 1.
 */
final class RationalTanh {
  static final float BOUND = 7.9f;

  static final float P1 = 1.298492e-01f;
  static final float P2 = 2.992107e-03f;
  static final float P3 = 9.939273e-06f;
  static final float P4 = -1.4906474e-08f;
  static final float P5 = 2.4105717e-11f;
  static final float Q1 = 4.6318236e-01f;
  static final float Q2 = 2.4053136e-02f;
  static final float Q3 = 2.3808819e-04f;

  private RationalTanh() {}

  /** Returns tanh(x), in the operations and order of {@link VectorKernels#tanh}. */
  static float tanh(float x) {
    float clamped = Math.max(-BOUND, Math.min(BOUND, x));
    float u = clamped * clamped;
    float p = Math.fma(P5, u, P4);
    p = Math.fma(p, u, P3);
    p = Math.fma(p, u, P2);
    p = Math.fma(p, u, P1);
    p = Math.fma(p, u, 1f);
    float q = Math.fma(Q3, u, Q2);
    q = Math.fma(q, u, Q1);
    q = Math.fma(q, u, 1f);
    return clamped * p / q;
  }
}
