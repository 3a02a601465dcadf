package org.ppo4j.benchmarks;

import org.apache.commons.rng.UniformRandomProvider;

/** Arrays of random numbers. */
final class Numbers {
  private Numbers() {}

  /** Returns {@code n} numbers from -1 to 1. */
  static float[] uniform(int n, UniformRandomProvider random) {
    float[] numbers = new float[n];
    fill(numbers, random);
    return numbers;
  }

  static void fill(float[] numbers, UniformRandomProvider random) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (2 * random.nextDouble() - 1);
    }
  }
}
