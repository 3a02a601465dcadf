package org.ppo4j.benchmarks;

import org.apache.commons.rng.UniformRandomProvider;

/** Arrays of random numbers. */
final class Numbers {
  private Numbers() {}

  /** Returns {@code n} numbers from -1 to 1. */
  static float[] uniform(int n, UniformRandomProvider random) {
    float[] numbers = new float[n];
    UpdateTiming.fill(numbers, random);
    return numbers;
  }
}
