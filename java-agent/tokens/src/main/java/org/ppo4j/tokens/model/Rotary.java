package org.ppo4j.tokens.model;

/**
 * Rotary positions (Su et al. 2021) in the form of Hugging Face's Llama: elements i and {@code i +
 * size / 2} of a head turn together by {@code position * theta^(-2 i / size)}.
 */
final class Rotary {
  private final int half;
  private final float[] cosines;
  private final float[] sines;

  Rotary(int headSize, int context, double theta) {
    half = headSize / 2;
    cosines = new float[context * half];
    sines = new float[context * half];
    for (int i = 0; i < half; i++) {
      float frequency = (float) (1 / Math.pow(theta, 2.0 * i / headSize));
      for (int position = 0; position < context; position++) {
        double angle = position * frequency;
        cosines[position * half + i] = (float) Math.cos(angle);
        sines[position * half + i] = (float) Math.sin(angle);
      }
    }
  }

  /**
   * Turns a head in place.
   *
   * @param sign 1 forward; -1 for the gradients, which turn back
   */
  void turn(float[] x, int at, int position, int sign) {
    int table = position * half;
    for (int i = 0; i < half; i++) {
      float cosine = cosines[table + i];
      float sine = sign * sines[table + i];
      float first = x[at + i];
      float second = x[at + half + i];
      x[at + i] = first * cosine - second * sine;
      x[at + half + i] = second * cosine + first * sine;
    }
  }
}
