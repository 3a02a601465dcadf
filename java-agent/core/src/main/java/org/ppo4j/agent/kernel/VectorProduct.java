package org.ppo4j.agent.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product of {@link VectorMatrixKernels}.
 *
 * <p>As in {@link VectorMultiply}, a block of 4 rows by 3 vectors of C stays in registers. Blocks
 * of A and panels of B are first copied so that the innermost loop reads both in order, whatever
 * their strides (Goto and van de Geijn 2008). The copies decide nothing about the order of the
 * sums.
 */
final class VectorProduct {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  /** Columns of a panel of B. */
  static final int WIDTH = 3 * LANES;

  /** Rows of a block of A. */
  private static final int HEIGHT = 4;

  /** Rows of a panel of B that are processed at once. */
  private static final int DEPTH = VectorKernels.DEPTH;

  /** Rows of a panel of B that are copied at once where columns are contiguous. */
  private static final int BAND = 16;

  /** Rows of A that are copied at once: at most 256 KB. */
  private static final int ROWS = 256;

  /** The copies, for each thread. */
  private static final class Copies {
    private final float[] a = new float[ROWS * DEPTH];
    private final float[] b = new float[DEPTH * WIDTH];
    private final float[] tile = new float[HEIGHT * WIDTH];
  }

  private static final ThreadLocal<Copies> COPIES = ThreadLocal.withInitial(Copies::new);

  private VectorProduct() {}

  /** Implements {@link MatrixKernels#product}. */
  static void product(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
    Copies copies = COPIES.get();
    if (k == 0 && !add) {
      clear(m, n, c);
    }
    for (int from = 0; from < k; from += DEPTH) {
      int to = Math.min(k, from + DEPTH);
      for (int top = 0; top < m; top += ROWS) {
        int bottom = Math.min(m, top + ROWS);
        packRows(top, bottom, from, to, a, copies.a);
        for (int j = 0; j < n; j += WIDTH) {
          int end = Math.min(n, j + WIDTH);
          packPanel(from, to, j, end, b, copies.b, 0);
          panel(top, bottom, j, end, to - from, copies, copies.b, 0, c, !add && from == 0);
        }
      }
    }
  }

  /** Implements {@link MatrixKernels#packedProduct}. */
  static void packedProduct(
      int m, int k, int first, int last, Matrix a, float[] packed, Matrix c, boolean add) {
    Copies copies = COPIES.get();
    for (int from = 0; from < k; from += DEPTH) {
      int to = Math.min(k, from + DEPTH);
      for (int top = 0; top < m; top += ROWS) {
        int bottom = Math.min(m, top + ROWS);
        packRows(top, bottom, from, to, a, copies.a);
        for (int j = first; j < last; j += WIDTH) {
          int end = Math.min(last, j + WIDTH);
          int at = j * k + from * WIDTH;
          panel(top, bottom, j, end, to - from, copies, packed, at, c, !add && from == 0);
        }
      }
    }
  }

  /** Copies rows and columns of A in blocks of {@link #HEIGHT} rows, column after column. */
  private static void packRows(int top, int bottom, int from, int to, Matrix a, float[] packed) {
    float[] source = a.elements();
    int step = a.columnStride();
    int at = 0;
    for (int i = top; i < bottom; i += HEIGHT) {
      int a0 = a.at(i, from);
      int a1 = i + 1 < bottom ? a0 + a.rowStride() : a0;
      int a2 = i + 2 < bottom ? a1 + a.rowStride() : a0;
      int a3 = i + 3 < bottom ? a2 + a.rowStride() : a0;
      for (int l = from; l < to; l++) {
        packed[at] = source[a0];
        packed[at + 1] = source[a1];
        packed[at + 2] = source[a2];
        packed[at + 3] = source[a3];
        at += HEIGHT;
        a0 += step;
        a1 += step;
        a2 += step;
        a3 += step;
      }
    }
  }

  /**
   * Copies columns {@code j} to {@code end - 1} of B, row after row, with zeros up to the width.
   */
  static void packPanel(int from, int to, int j, int end, Matrix b, float[] packed, int at) {
    float[] source = b.elements();
    int width = end - j;
    if (b.columnStride() == 1) {
      for (int l = from; l < to; l++) {
        int row = at + (l - from) * WIDTH;
        System.arraycopy(source, b.at(l, j), packed, row, width);
        Arrays.fill(packed, row + width, row + WIDTH, 0);
      }
      return;
    }
    for (int l = from; l < to; l += BAND) {
      packBand(l, Math.min(to, l + BAND), j, width, b, packed, at + (l - from) * WIDTH);
    }
  }

  /** Copies some rows of a panel column by column, so few that they stay in the nearest cache. */
  private static void packBand(
      int from, int to, int j, int width, Matrix b, float[] packed, int at) {
    float[] source = b.elements();
    int step = b.rowStride();
    for (int column = 0; column < width; column++) {
      int to1 = at + column;
      int from1 = b.at(from, j + column);
      for (int l = from; l < to; l++, to1 += WIDTH, from1 += step) {
        packed[to1] = source[from1];
      }
    }
    for (int l = 0; l < to - from; l++) {
      Arrays.fill(packed, at + l * WIDTH + width, at + (l + 1) * WIDTH, 0);
    }
  }

  /** Computes rows {@code [top, bottom)} and columns {@code [j, end)} of C. */
  private static void panel(
      int top,
      int bottom,
      int j,
      int end,
      int depth,
      Copies copies,
      float[] b,
      int bAt,
      Matrix c,
      boolean zero) {
    for (int i = top; i < bottom; i += HEIGHT) {
      int at = (i - top) * depth;
      if (i + HEIGHT <= bottom && end - j == WIDTH) {
        block(depth, copies.a, at, b, bAt, c.elements(), c.at(i, j), c.rowStride(), zero);
        continue;
      }
      // row tail or column tail
      int rows = Math.min(HEIGHT, bottom - i);
      if (!zero) {
        for (int row = 0; row < rows; row++) {
          System.arraycopy(c.elements(), c.at(i + row, j), copies.tile, row * WIDTH, end - j);
        }
      }
      block(depth, copies.a, at, b, bAt, copies.tile, 0, WIDTH, zero);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(copies.tile, row * WIDTH, c.elements(), c.at(i + row, j), end - j);
      }
    }
  }

  private static void clear(int m, int n, Matrix c) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(c.elements(), c.at(i, 0), c.at(i, 0) + n, 0);
    }
  }

  /** Adds the product of a block of A and a panel of B to 4 rows by 3 vectors of C. */
  private static void block(
      int depth, float[] a, int aAt, float[] b, int bAt, float[] c, int cAt, int n, boolean zero) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    if (!zero) {
      int at = cAt;
      c00 = FloatVector.fromArray(SPECIES, c, at);
      c01 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c02 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c10 = FloatVector.fromArray(SPECIES, c, at);
      c11 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c12 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c20 = FloatVector.fromArray(SPECIES, c, at);
      c21 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c22 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c30 = FloatVector.fromArray(SPECIES, c, at);
      c31 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c32 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
    }
    for (int l = 0; l < depth; l++) {
      int bl = bAt + l * WIDTH;
      int al = aAt + l * HEIGHT;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bl);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bl + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bl + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[al]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(SPECIES, a[al + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(SPECIES, a[al + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = FloatVector.broadcast(SPECIES, a[al + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
    }
    int at = cAt;
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
}
