package org.ppo4j.agent.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product of {@link VectorKernels}.
 *
 * <p>A block of 4 rows by 3 vectors of C stays in registers while the loop runs down the columns of
 * A, so that each load of B serves four rows and each broadcast of A three vectors (Goto and van de
 * Geijn 2008): twelve independent chains of multiply-adds, which with the three vectors of B and
 * one of A fill the sixteen registers of AVX2. AVX-512 has 32 registers; there a block has 4
 * vectors.
 *
 * <p>In all methods, {@code a[i, l]} is at {@code i * aRow + l * aCol} and {@code init[i, j]} at
 * {@code i * initRow + j}; {@code initRow} is 0 where every row starts from the same bias.
 */
final class VectorMultiply {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  /** Rows of B that are processed at once. */
  private static final int DEPTH = VectorKernels.DEPTH;

  /** Columns of B from which on {@link VectorProduct}'s copies pay where A is transposed. */
  private static final int COPIED_COLUMNS = 512;

  private VectorMultiply() {}

  /** Implements {@link Kernels#multiply}. */
  static void multiply(
      int m, int n, int k, float[] a, int aRow, int aCol, float[] b, float[] bias, float[] c) {
    if (copies(n, aCol)) {
      for (int i = 0; i < m; i++) {
        System.arraycopy(bias, 0, c, i * n, n);
      }
      multiplyAdd(m, n, k, a, aRow, aCol, b, c);
      return;
    }
    multiply(m, n, 0, Math.min(k, DEPTH), a, aRow, aCol, b, bias, 0, c);
    for (int from = DEPTH; from < k; from += DEPTH) {
      int to = Math.min(k, from + DEPTH);
      multiply(m, n, from, to, a, aRow, aCol, b, c, n, c);
    }
  }

  /** Implements {@link Kernels#multiplyAdd}. */
  static void multiplyAdd(
      int m, int n, int k, float[] a, int aRow, int aCol, float[] b, float[] c) {
    if (copies(n, aCol)) {
      Matrix left = new Matrix(a, 0, aRow, aCol);
      VectorProduct.product(m, n, k, left, Matrix.of(b, 0, n), Matrix.of(c, 0, n), true);
      return;
    }
    for (int from = 0; from < k; from += DEPTH) {
      multiply(m, n, from, Math.min(k, from + DEPTH), a, aRow, aCol, b, c, n, c);
    }
  }

  /**
   * Returns whether A is copied first. If it is transposed, the elements of a row lie in different
   * cache lines and pages, on which a third of the time is lost with the longest vectors.
   */
  private static boolean copies(int n, int aCol) {
    return VectorKernels.WIDE && aCol > 1 && n >= COPIED_COLUMNS;
  }

  /** Sets C to {@code init} plus the product of A's columns and B's rows {@code [from, to)}. */
  private static void multiply(
      int m,
      int n,
      int from,
      int to,
      float[] a,
      int aRow,
      int aCol,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int j = 0;
    if (VectorKernels.WIDE) {
      // columns in blocks of four vectors
      for (; j + 4 * LANES <= n; j += 4 * LANES) {
        int i = 0;
        for (; i + 4 <= m; i += 4) {
          block4x4(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
        }
        // row tail
        for (; i < m; i++) {
          block1x2(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
          block1x2(i, j + 2 * LANES, n, from, to, a, aRow, aCol, b, init, initRow, c);
        }
      }
    }
    // columns in blocks of three vectors
    for (; j + 3 * LANES <= n; j += 3 * LANES) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x3(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
      }
      // row tail
      for (; i < m; i++) {
        block1x3(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
      }
    }
    // vector tail: two vectors
    if (j + 2 * LANES <= n) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x2(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
      }
      // row tail
      for (; i < m; i++) {
        block1x2(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
      }
      j += 2 * LANES;
    }
    // vector tail: one vector
    if (j < n) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x1(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
      }
      // row tail
      for (; i < m; i++) {
        block1x1(i, j, n, from, to, a, aRow, aCol, b, init, initRow, c);
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
      int aRow,
      int aCol,
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
    int a0 = i * aRow + from * aCol;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
      a0 += aCol;
      a1 += aCol;
      a2 += aCol;
      a3 += aCol;
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

  private static void block4x3(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int aRow,
      int aCol,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    int a0 = i * aRow + from * aCol;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      a0 += aCol;
      a1 += aCol;
      a2 += aCol;
      a3 += aCol;
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    c02.intoArray(c, at + 2 * LANES);
    at += n;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    c12.intoArray(c, at + 2 * LANES);
    at += n;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    c22.intoArray(c, at + 2 * LANES);
    at += n;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
    c32.intoArray(c, at + 2 * LANES);
  }

  private static void block1x3(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int aRow,
      int aCol,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    int a0 = i * aRow + from * aCol;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      a0 += aCol;
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    c02.intoArray(c, at + 2 * LANES);
  }

  private static void block4x2(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int aRow,
      int aCol,
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
    int a0 = i * aRow + from * aCol;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      a0 += aCol;
      a1 += aCol;
      a2 += aCol;
      a3 += aCol;
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
      int aRow,
      int aCol,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = i * aRow + from * aCol;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      a0 += aCol;
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
      int aRow,
      int aCol,
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
    int a0 = i * aRow + from * aCol;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x.fma(b0, c30);
      a0 += aCol;
      a1 += aCol;
      a2 += aCol;
      a3 += aCol;
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
      int aRow,
      int aCol,
      float[] b,
      float[] init,
      int initRow,
      float[] c) {
    int at = i * initRow + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    int a0 = i * aRow + from * aCol;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      a0 += aCol;
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
  }
}
