package org.ppo4j.policy;

/**
 * The exponential in floats: the trainer's, in the same operations and order, so that it gives the
 * same bits. The trainer's class of the same name says where the coefficients come from; a test
 * there holds both equal.
 */
final class RationalExp {
  private static final float LOW = -87.3f;
  private static final float HIGH = 88f;
  private static final float LOG2_E = 1.442695f;
  private static final float LOG_2_HIGH = 0.6933594f;
  private static final float LOG_2_LOW = -0.00021219444f;

  /** Adding 1.5 * 2^23 to a float of less than 2^22 rounds it to an integer, in the low bits. */
  private static final float ROUND = 12582912f;

  private static final float P0 = 0.00019875691f;
  private static final float P1 = 0.0013981999f;
  private static final float P2 = 0.008333452f;
  private static final float P3 = 0.041665796f;
  private static final float P4 = 0.16666666f;
  private static final float P5 = 0.5f;

  private RationalExp() {}

  /** Returns e^x. */
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
