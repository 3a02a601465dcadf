package org.ppo4j.agent.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link MatrixKernels} on the Vector API, for any vector length; the matrix product is in {@link
 * VectorProduct}, that of a single row in {@link VectorRow}.
 */
final class VectorMatrixKernels implements MatrixKernels {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  /** Four of these are the {@link #STRIPES}. */
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;

  private static final MatrixKernels SCALAR = new ScalarMatrixKernels();

  @Override
  public void product(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
    if (m == 1 && b.columnStride() == 1) {
      VectorRow.product(n, k, a, b, c, add);
    } else {
      VectorProduct.product(m, n, k, a, b, c, add);
    }
  }

  @Override
  public int packedLength(int k, int n) {
    return (n + VectorProduct.WIDTH - 1) / VectorProduct.WIDTH * VectorProduct.WIDTH * k;
  }

  @Override
  public int panel() {
    return VectorProduct.WIDTH;
  }

  @Override
  public void pack(int k, int n, int from, int to, Matrix b, float[] packed) {
    for (int j = from; j < to; j += VectorProduct.WIDTH) {
      VectorProduct.packPanel(0, k, j, Math.min(n, j + VectorProduct.WIDTH), b, packed, j * k);
    }
  }

  @Override
  public void packedProduct(
      int m, int n, int k, int from, int to, Matrix a, float[] packed, Matrix c, boolean add) {
    VectorProduct.packedProduct(m, k, from, Math.min(n, to), a, packed, c, add);
  }

  @Override
  public void exp(int from, int to, float[] x) {
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      VectorKernels.exp(FloatVector.fromArray(SPECIES, x, i)).intoArray(x, i);
    }
    // scalar tail
    SCALAR.exp(i, to, x);
  }

  @Override
  public float sum(int n, float[] x, int from) {
    if (n < STRIPES) {
      return SCALAR.sum(n, x, from);
    }
    FloatVector s0 = FloatVector.zero(QUARTER);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i + STRIPES <= n; i += STRIPES) {
      s0 = s0.add(FloatVector.fromArray(QUARTER, x, from + i));
      s1 = s1.add(FloatVector.fromArray(QUARTER, x, from + i + 4));
      s2 = s2.add(FloatVector.fromArray(QUARTER, x, from + i + 8));
      s3 = s3.add(FloatVector.fromArray(QUARTER, x, from + i + 12));
    }
    // reduce, with the scalar tail
    float total = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      float sum = lane(stripe, s0, s1, s2, s3);
      total += i + stripe < n ? sum + x[from + i + stripe] : sum;
    }
    return total;
  }

  @Override
  public float dot(int n, float[] x, int xFrom, float[] y, int yFrom) {
    if (n < STRIPES) {
      return SCALAR.dot(n, x, xFrom, y, yFrom);
    }
    FloatVector s0 = FloatVector.zero(QUARTER);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i + STRIPES <= n; i += STRIPES) {
      int at = xFrom + i;
      int with = yFrom + i;
      s0 = FloatVector.fromArray(QUARTER, x, at).fma(FloatVector.fromArray(QUARTER, y, with), s0);
      s1 = fma(x, at + 4, y, with + 4, s1);
      s2 = fma(x, at + 8, y, with + 8, s2);
      s3 = fma(x, at + 12, y, with + 12, s3);
    }
    // reduce, with the scalar tail
    float total = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      float sum = lane(stripe, s0, s1, s2, s3);
      int tail = i + stripe;
      total += tail < n ? Math.fma(x[xFrom + tail], y[yFrom + tail], sum) : sum;
    }
    return total;
  }

  private static FloatVector fma(float[] x, int at, float[] y, int with, FloatVector sum) {
    return FloatVector.fromArray(QUARTER, x, at).fma(FloatVector.fromArray(QUARTER, y, with), sum);
  }

  private static float lane(
      int stripe, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    FloatVector quarter = stripe < 8 ? (stripe < 4 ? s0 : s1) : (stripe < 12 ? s2 : s3);
    return quarter.lane(stripe & 3);
  }
}
