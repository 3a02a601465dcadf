package org.ppo4j.agent.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of one row and a matrix whose rows are contiguous. Copies, as {@link VectorProduct}
 * makes them, would cost as much as the product, so the matrix is read in place.
 */
final class VectorRow {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  private VectorRow() {}

  /** Implements {@link MatrixKernels#product} with one row, and a column stride of 1 of B. */
  static void product(int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
    int j = 0;
    for (; j + 4 * LANES <= n; j += 4 * LANES) {
      four(j, k, a, b, c, add);
    }
    for (; j + LANES <= n; j += LANES) {
      one(j, k, a, b, c, add, SPECIES.maskAll(true));
    }
    if (j < n) {
      one(j, k, a, b, c, add, SPECIES.indexInRange(j, n));
    }
  }

  /** Computes four vectors of C from column {@code j} on. */
  private static void four(int j, int k, Matrix a, Matrix b, Matrix c, boolean add) {
    float[] to = c.elements();
    int at = c.at(0, j);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    if (add) {
      c0 = FloatVector.fromArray(SPECIES, to, at);
      c1 = FloatVector.fromArray(SPECIES, to, at + LANES);
      c2 = FloatVector.fromArray(SPECIES, to, at + 2 * LANES);
      c3 = FloatVector.fromArray(SPECIES, to, at + 3 * LANES);
    }
    float[] from = a.elements();
    float[] with = b.elements();
    int ai = a.at(0, 0);
    int bi = b.at(0, j);
    int aStep = a.columnStride();
    int bStep = b.rowStride();
    for (int l = 0; l < k; l++) {
      FloatVector x = FloatVector.broadcast(SPECIES, from[ai]);
      c0 = x.fma(FloatVector.fromArray(SPECIES, with, bi), c0);
      c1 = x.fma(FloatVector.fromArray(SPECIES, with, bi + LANES), c1);
      c2 = x.fma(FloatVector.fromArray(SPECIES, with, bi + 2 * LANES), c2);
      c3 = x.fma(FloatVector.fromArray(SPECIES, with, bi + 3 * LANES), c3);
      ai += aStep;
      bi += bStep;
    }
    c0.intoArray(to, at);
    c1.intoArray(to, at + LANES);
    c2.intoArray(to, at + 2 * LANES);
    c3.intoArray(to, at + 3 * LANES);
  }

  /** Computes the elements of a vector of C from column {@code j} on that {@code mask} names. */
  private static void one(
      int j, int k, Matrix a, Matrix b, Matrix c, boolean add, VectorMask<Float> mask) {
    float[] to = c.elements();
    int at = c.at(0, j);
    FloatVector sum =
        add ? FloatVector.fromArray(SPECIES, to, at, mask) : FloatVector.zero(SPECIES);
    float[] from = a.elements();
    float[] with = b.elements();
    int ai = a.at(0, 0);
    int bi = b.at(0, j);
    int aStep = a.columnStride();
    int bStep = b.rowStride();
    for (int l = 0; l < k; l++) {
      FloatVector x = FloatVector.broadcast(SPECIES, from[ai]);
      sum = x.fma(FloatVector.fromArray(SPECIES, with, bi, mask), sum);
      ai += aStep;
      bi += bStep;
    }
    sum.intoArray(to, at, mask);
  }
}
