package org.ppo4j.agent.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of {@link Kernels#multiplyGathered}: {@link VectorMultiply} with tables of where the
 * elements of A are, so that a convolution reads its pixels in place, without a copy for each
 * patch.
 */
final class VectorGather {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  /** Rows of B that are processed at once. */
  private static final int DEPTH = VectorKernels.DEPTH;

  private VectorGather() {}

  /** Implements {@link Kernels#multiplyGathered}. */
  static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    multiply(m, n, 0, Math.min(k, DEPTH), a, rowAt, colAt, b, init, initRow, c);
    for (int from = DEPTH; from < k; from += DEPTH) {
      multiply(m, n, from, Math.min(k, from + DEPTH), a, rowAt, colAt, b, c, n, c);
    }
  }

  private static void multiply(
      int m,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int j = 0;
    if (VectorKernels.WIDE) {
      for (; j + 4 * LANES <= n; j += 4 * LANES) {
        int i = 0;
        for (; i + 4 <= m; i += 4) {
          block4x4(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
        }
        // row tail
        for (; i < m; i++) {
          block1x2(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
          block1x2(i, j + 2 * LANES, n, from, to, a, rowAt, colAt, b, init, initRow, c);
        }
      }
    }
    for (; j + 2 * LANES <= n; j += 2 * LANES) {
      int i = 0;
      for (; i + 6 <= m; i += 6) {
        block6x2(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
      }
      for (; i + 4 <= m; i += 4) {
        block4x2(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
      }
      // row tail
      for (; i < m; i++) {
        block1x2(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
      }
    }
    // vector tail: one vector
    if (j < n) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x1(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
      }
      // row tail
      for (; i < m; i++) {
        block1x1(i, j, n, from, to, a, rowAt, colAt, b, init, initRow, c);
      }
    }
  }

  private static void block4x4(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, init, at + 3 * LANES);
    at += initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, init, at + 3 * LANES);
    at += initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    FloatVector c23 = FloatVector.fromArray(SPECIES, init, at + 3 * LANES);
    at += initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    FloatVector c33 = FloatVector.fromArray(SPECIES, init, at + 3 * LANES);
    int a0 = rowAt[i];
    int a1 = rowAt[i + 1];
    int a2 = rowAt[i + 2];
    int a3 = rowAt[i + 3];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + column]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + column]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + column]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    c02.intoArray(c, at + 2 * LANES);
    c03.intoArray(c, at + 3 * LANES);
    at += n;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    c12.intoArray(c, at + 2 * LANES);
    c13.intoArray(c, at + 3 * LANES);
    at += n;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    c22.intoArray(c, at + 2 * LANES);
    c23.intoArray(c, at + 3 * LANES);
    at += n;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
    c32.intoArray(c, at + 2 * LANES);
    c33.intoArray(c, at + 3 * LANES);
  }

  private static void block6x2(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = rowAt[i];
    int a1 = rowAt[i + 1];
    int a2 = rowAt[i + 2];
    int a3 = rowAt[i + 3];
    int a4 = rowAt[i + 4];
    int a5 = rowAt[i + 5];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + column]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + column]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + column]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[a4 + column]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[a5 + column]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    at += n;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    at += n;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    at += n;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
    at += n;
    c40.intoArray(c, at);
    c41.intoArray(c, at + LANES);
    at += n;
    c50.intoArray(c, at);
    c51.intoArray(c, at + LANES);
  }

  private static void block4x2(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = rowAt[i];
    int a1 = rowAt[i + 1];
    int a2 = rowAt[i + 2];
    int a3 = rowAt[i + 3];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + column]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + column]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + column]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    at += n;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    at += n;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    at += n;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
  }

  private static void block1x2(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = rowAt[i];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
  }

  private static void block4x1(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    at += initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    at += initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    at += initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    int a0 = rowAt[i];
    int a1 = rowAt[i + 1];
    int a2 = rowAt[i + 2];
    int a3 = rowAt[i + 3];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(SPECIES, a[a1 + column]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(SPECIES, a[a2 + column]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(SPECIES, a[a3 + column]);
      c30 = x.fma(b0, c30);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    at += n;
    c10.intoArray(c, at);
    at += n;
    c20.intoArray(c, at);
    at += n;
    c30.intoArray(c, at);
  }

  private static void block1x1(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    int a0 = rowAt[i];
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      int column = colAt[l];
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + column]);
      c00 = x.fma(b0, c00);
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
  }
}
