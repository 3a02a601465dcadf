package org.ppo4j.agent.kernel;

/**
 * The exponential in floats: {@code 2^n e^r} with n the integer next to {@code x / log 2}, and a
 * polynomial of degree 6 for {@code e^r} on {@code |r| <= log(2) / 2}.
 *
 * <p>The coefficients are those of {@code expf} in Cephes (Moshier), whose relative error is below
 * 2e-7. Below -87.3 the result is that of -87.3, 1.2e-38, and above 88 that of 88, so that no
 * result is denormal or infinite; NaN stays NaN.
 */
final class RationalExp {
  static final float LOW = -87.3f;
  static final float HIGH = 88f;
  static final float LOG2_E = 1.442695f;
  static final float LOG_2_HIGH = 0.6933594f;
  static final float LOG_2_LOW = -0.00021219444f;

  /** Adding 1.5 * 2^23 to a float of less than 2^22 rounds it to an integer, in the low bits. */
  static final float ROUND = 12582912f;

  static final float P0 = 0.00019875691f;
  static final float P1 = 0.0013981999f;
  static final float P2 = 0.008333452f;
  static final float P3 = 0.041665796f;
  static final float P4 = 0.16666666f;
  static final float P5 = 0.5f;

  private RationalExp() {}

  /** Returns e^x, in the operations and order of {@link VectorKernels#exp}. */
  static float exp(float x) {
    float clamped = x > HIGH ? HIGH : x;
    clamped = clamped < LOW ? LOW : clamped;
    float shifted = Math.fma(clamped, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LOG_2_HIGH, clamped);
    r = Math.fma(n, -LOG_2_LOW, r);
    float p = Math.fma(P0, r, P1);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P4);
    p = Math.fma(p, r, P5);
    p = Math.fma(p, r * r, r) + 1f;
    int power = (Float.floatToRawIntBits(shifted) << 23) + (127 << 23);
    return p * Float.intBitsToFloat(power);
  }
}
