package org.ppo4j.benchmarks;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures the machine's peak: prints the billions of floating-point operations a second that one
 * thread reaches by multiply-adds of the longest vectors, twelve of which stay in registers.
 */
public final class PeakTiming {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int TIMES = 10_000_000;
  private static final int REPETITIONS = 10;

  private PeakTiming() {}

  public static void main(String[] args) {
    double best = 0;
    float sum = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      sum += multiplyAdds(i);
      double operations = 2.0 * CHAINS * SPECIES.length() * TIMES;
      best = Math.max(best, operations / (System.nanoTime() - start));
    }
    if (Float.isNaN(sum)) {
      throw new AssertionError("the sums are not finite");
    }
    System.out.printf(Locale.ROOT, "peak %.1f%n", best);
  }

  /** Returns a number that depends on every operation, so that none can be left out. */
  private static float multiplyAdds(float start) {
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector c0 = FloatVector.broadcast(SPECIES, start);
    FloatVector c1 = c0.add(1);
    FloatVector c2 = c0.add(2);
    FloatVector c3 = c0.add(3);
    FloatVector c4 = c0.add(4);
    FloatVector c5 = c0.add(5);
    FloatVector c6 = c0.add(6);
    FloatVector c7 = c0.add(7);
    FloatVector c8 = c0.add(8);
    FloatVector c9 = c0.add(9);
    FloatVector c10 = c0.add(10);
    FloatVector c11 = c0.add(11);
    for (int i = 0; i < TIMES; i++) {
      c0 = half.fma(c0, half);
      c1 = half.fma(c1, half);
      c2 = half.fma(c2, half);
      c3 = half.fma(c3, half);
      c4 = half.fma(c4, half);
      c5 = half.fma(c5, half);
      c6 = half.fma(c6, half);
      c7 = half.fma(c7, half);
      c8 = half.fma(c8, half);
      c9 = half.fma(c9, half);
      c10 = half.fma(c10, half);
      c11 = half.fma(c11, half);
    }
    FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    return sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).lane(0);
  }
}
