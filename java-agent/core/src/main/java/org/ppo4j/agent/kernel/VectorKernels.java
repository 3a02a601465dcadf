package org.ppo4j.agent.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} on the Vector API, for any vector length.
 *
 * <p>{@link #multiply} keeps a block of 4 rows by 3 vectors of C in registers while it runs down
 * the columns of A, so that each load of B serves four rows and each broadcast of A three vectors
 * (Goto and van de Geijn 2008): twelve independent chains of multiply-adds, which with the three
 * vectors of B and one of A fill the sixteen registers of AVX2.
 *
 * <p>Clamping compares and blends, for Java's {@code min} and {@code max} tell zeros apart and so
 * take several instructions; NaN stays NaN either way.
 */
final class VectorKernels implements Kernels {
  /** A vector's bits where not the processor's own choice; slow where it has no such vectors. */
  private static final String BITS = "ppo4j.vectorBits";

  private static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Integer.getInteger(BITS, FloatVector.SPECIES_PREFERRED.vectorBitSize())));
  private static final int LANES = SPECIES.length();

  /**
   * Rows of B that are worked through at once, so that what a block reads stays in the first cache.
   * Sums go on from what was stored, so their order and their bytes stay the same.
   */
  private static final int DEPTH = 256;

  /** Fixed, so that {@link #sumOfSquares} adds in the same order for any vector length. */
  private static final int STRIPES = 8;

  /** Does what is left after the last whole vector. */
  private static final Kernels SCALAR = new ScalarKernels();

  private static final VectorSpecies<Float> HALF = FloatVector.SPECIES_128;
  private static final VectorSpecies<Double> QUAD = DoubleVector.SPECIES_256;

  @Override
  public int padding() {
    return LANES;
  }

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aRowStride,
      int aColumnStride,
      float[] b,
      float[] bias,
      float[] c) {
    multiply(m, n, 0, Math.min(k, DEPTH), a, aRowStride, aColumnStride, b, bias, 0, c);
    for (int from = DEPTH; from < k; from += DEPTH) {
      int to = Math.min(k, from + DEPTH);
      multiply(m, n, from, to, a, aRowStride, aColumnStride, b, c, n, c);
    }
  }

  /**
   * Sets C to {@code init}, whose rows are {@code is} apart, plus the product of A's columns and
   * B's rows {@code from} to {@code to - 1}.
   */
  private static void multiply(
      int m,
      int n,
      int from,
      int to,
      float[] a,
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int j = 0;
    for (; j + 3 * LANES <= n; j += 3 * LANES) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x3(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
      for (; i < m; i++) {
        block1x3(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
    }
    if (j + 2 * LANES <= n) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x2(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
      for (; i < m; i++) {
        block1x2(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
      j += 2 * LANES;
    }
    if (j < n) {
      int i = 0;
      for (; i + 4 <= m; i += 4) {
        block4x1(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
      for (; i < m; i++) {
        block1x1(i, j, n, from, to, a, rs, cs, b, init, is, c);
      }
    }
  }

  private static void block4x3(
      int i,
      int j,
      int n,
      int from,
      int to,
      float[] a,
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += is;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += is;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    at += is;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    int a0 = i * rs + from * cs;
    int a1 = a0 + rs;
    int a2 = a1 + rs;
    int a3 = a2 + rs;
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
      a0 += cs;
      a1 += cs;
      a2 += cs;
      a3 += cs;
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
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, at + 2 * LANES);
    int a0 = i * rs + from * cs;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      a0 += cs;
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
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += is;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += is;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, at + LANES);
    at += is;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = i * rs + from * cs;
    int a1 = a0 + rs;
    int a2 = a1 + rs;
    int a3 = a2 + rs;
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
      a0 += cs;
      a1 += cs;
      a2 += cs;
      a3 += cs;
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
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, at + LANES);
    int a0 = i * rs + from * cs;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      a0 += cs;
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
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    at += is;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, at);
    at += is;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, at);
    at += is;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, at);
    int a0 = i * rs + from * cs;
    int a1 = a0 + rs;
    int a2 = a1 + rs;
    int a3 = a2 + rs;
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
      a0 += cs;
      a1 += cs;
      a2 += cs;
      a3 += cs;
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
      int rs,
      int cs,
      float[] b,
      float[] init,
      int is,
      float[] c) {
    int at = i * is + j;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, at);
    int a0 = i * rs + from * cs;
    at = from * n + j;
    for (int l = from; l < to; l++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x.fma(b0, c00);
      a0 += cs;
      at += n;
    }
    at = i * n + j;
    c00.intoArray(c, at);
  }

  @Override
  public void columnSums(int rows, int n, float[] a, float[] out) {
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < rows; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, a, i * n + j));
      }
      sum.intoArray(out, j);
    }
    ScalarKernels.columnSums(j, rows, n, a, out);
  }

  @Override
  public void tanh(int n, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      FloatVector clamped =
          value
              .blend(RationalTanh.BOUND, value.compare(VectorOperators.GT, RationalTanh.BOUND))
              .blend(-RationalTanh.BOUND, value.compare(VectorOperators.LT, -RationalTanh.BOUND));
      FloatVector u = clamped.mul(clamped);
      FloatVector p = broadcast(RationalTanh.P5).fma(u, broadcast(RationalTanh.P4));
      p = p.fma(u, broadcast(RationalTanh.P3));
      p = p.fma(u, broadcast(RationalTanh.P2));
      p = p.fma(u, broadcast(RationalTanh.P1));
      p = p.fma(u, broadcast(1f));
      FloatVector q = broadcast(RationalTanh.Q3).fma(u, broadcast(RationalTanh.Q2));
      q = q.fma(u, broadcast(RationalTanh.Q1));
      q = q.fma(u, broadcast(1f));
      clamped.mul(p).div(q).intoArray(x, i);
    }
    ScalarKernels.tanh(i, n, x);
  }

  @Override
  public void tanhGradient(int n, float[] y, float[] gradient) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, y, i);
      FloatVector derivative = value.neg().fma(value, broadcast(1f));
      FloatVector.fromArray(SPECIES, gradient, i).mul(derivative).intoArray(gradient, i);
    }
    ScalarKernels.tanhGradient(i, n, y, gradient);
  }

  @Override
  public void relu(int n, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(x, i);
    }
    ScalarKernels.relu(i, n, x);
  }

  @Override
  public void reluGradient(int n, float[] y, float[] gradient) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      var positive = FloatVector.fromArray(SPECIES, y, i).compare(VectorOperators.GT, 0f);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, gradient, i), positive)
          .intoArray(gradient, i);
    }
    ScalarKernels.reluGradient(i, n, y, gradient);
  }

  @Override
  public double sumOfSquares(int n, float[] x) {
    DoubleVector low = DoubleVector.zero(QUAD);
    DoubleVector high = DoubleVector.zero(QUAD);
    int i = 0;
    for (; i + STRIPES <= n; i += STRIPES) {
      DoubleVector first = (DoubleVector) FloatVector.fromArray(HALF, x, i).castShape(QUAD, 0);
      DoubleVector second = (DoubleVector) FloatVector.fromArray(HALF, x, i + 4).castShape(QUAD, 0);
      low = first.fma(first, low);
      high = second.fma(second, high);
    }
    double sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      double stripeSum = stripe < 4 ? low.lane(stripe) : high.lane(stripe - 4);
      if (i + stripe < n) {
        double value = x[i + stripe];
        stripeSum = Math.fma(value, value, stripeSum);
      }
      sum += stripeSum;
    }
    return sum;
  }

  @Override
  public void adam(
      int from,
      int to,
      float[] parameters,
      float[] gradients,
      float[] m,
      float[] v,
      float scale,
      double beta1,
      double beta2,
      float rate,
      float inverseSqrtCorrection,
      float eps) {
    FloatVector epsilon = broadcast(eps);
    FloatVector correction = broadcast(inverseSqrtCorrection);
    FloatVector m1 = broadcast((float) (1 - beta1));
    FloatVector v1 = broadcast((float) (1 - beta2));
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradients, i).mul(scale);
      FloatVector first = FloatVector.fromArray(SPECIES, m, i);
      first = g.sub(first).fma(m1, first);
      first.intoArray(m, i);
      FloatVector second = FloatVector.fromArray(SPECIES, v, i).mul((float) beta2);
      second = g.mul(g).fma(v1, second);
      second.intoArray(v, i);
      FloatVector denominator = second.sqrt().fma(correction, epsilon);
      FloatVector.fromArray(SPECIES, parameters, i)
          .sub(first.mul(rate).div(denominator))
          .intoArray(parameters, i);
    }
    SCALAR.adam(
        i, to, parameters, gradients, m, v, scale, beta1, beta2, rate, inverseSqrtCorrection, eps);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
