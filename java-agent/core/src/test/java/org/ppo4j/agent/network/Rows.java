package org.ppo4j.agent.network;

import java.util.Random;

/** Arrays of rows for tests of networks. */
public final class Rows {
  private Rows() {}

  /** Returns normal numbers with a deviation of a half. */
  public static float[] random(int size, long seed) {
    float[] numbers = new float[size];
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian() / 2;
    }
    return numbers;
  }

  /** Returns the first {@code width} numbers of each of {@code count} rows. */
  public static float[] first(float[] rows, int count, int width) {
    int stride = rows.length / count;
    float[] first = new float[count * width];
    for (int row = 0; row < count; row++) {
      System.arraycopy(rows, row * stride, first, row * width, width);
    }
    return first;
  }
}
