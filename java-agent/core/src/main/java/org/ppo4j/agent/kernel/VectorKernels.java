package org.ppo4j.agent.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} on the Vector API, for any vector length; the matrix product is in {@link
 * VectorMultiply}.
 *
 * <p>Clamping compares and blends, because Java's {@code min} and {@code max} distinguish the signs
 * of zeros and so take several instructions; NaN stays NaN either way.
 */
final class VectorKernels implements Kernels {
  /**
   * The system property that overrides the processor's preferred vector length, in bits; slow where
   * the processor has no such vectors.
   */
  private static final String BITS = "ppo4j.vectorBits";

  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Integer.getInteger(BITS, FloatVector.SPECIES_PREFERRED.vectorBitSize())));
  static final int LANES = SPECIES.length();

  /** Whether there are 32 registers, as with the vectors of AVX-512. */
  static final boolean WIDE = LANES == 16;

  /**
   * Rows of B that products process at once, so that what a block reads stays in the first-level
   * cache: 32 KB of its 48 where vectors are wide, 24 of 32 elsewhere. Sums continue from the
   * stored ones, so their order and their bytes stay the same.
   */
  static final int DEPTH = WIDE ? 128 : 256;

  /** Fixed, so that {@link #sumOfSquares} adds in the same order for any vector length. */
  private static final int STRIPES = 8;

  /** Processes the elements after the last whole vector. */
  private static final Kernels SCALAR = new ScalarKernels();

  private static final VectorSpecies<Float> HALF = FloatVector.SPECIES_128;
  private static final VectorSpecies<Double> QUAD = DoubleVector.SPECIES_256;

  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

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
    VectorMultiply.multiply(m, n, k, a, aRowStride, aColumnStride, b, bias, c);
  }

  @Override
  public void multiplyAdd(
      int m, int n, int k, float[] a, int aRowStride, int aColumnStride, float[] b, float[] c) {
    VectorMultiply.multiplyAdd(m, n, k, a, aRowStride, aColumnStride, b, c);
  }

  @Override
  public void multiplyGathered(
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
    VectorGather.multiply(m, n, k, a, rowAt, colAt, b, init, initRow, c);
  }

  @Override
  public void fromBytes(int n, byte[] bytes, int from, float[] y) {
    int i = 0;
    if (LANES >= 8) { // there are no vectors of four bytes
      for (; i + LANES <= n; i += LANES) {
        Vector<Integer> integers =
            ByteVector.fromArray(BYTES, bytes, from + i)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
        FloatVector floats = (FloatVector) integers.convertShape(VectorOperators.I2F, SPECIES, 0);
        floats.div(255f).intoArray(y, i);
      }
    }
    // scalar tail
    ScalarKernels.fromBytes(i, n, bytes, from, y);
  }

  @Override
  public void add(int n, float[] x, int from, float[] sum, int at) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector.fromArray(SPECIES, sum, at + i)
          .add(FloatVector.fromArray(SPECIES, x, from + i))
          .intoArray(sum, at + i);
    }
    // scalar tail
    for (; i < n; i++) {
      sum[at + i] += x[from + i];
    }
  }

  @Override
  public void addColumnSums(int rows, int n, float[] a, float[] out) {
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, out, j);
      for (int i = 0; i < rows; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, a, i * n + j));
      }
      sum.intoArray(out, j);
    }
    // scalar tail
    ScalarKernels.addColumnSums(j, rows, n, a, out);
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
    // scalar tail
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
    // scalar tail
    ScalarKernels.tanhGradient(i, n, y, gradient);
  }

  @Override
  public void relu(int n, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(x, i);
    }
    // scalar tail
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
    // scalar tail
    ScalarKernels.reluGradient(i, n, y, gradient);
  }

  @Override
  public void elu(int n, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      exp(value).sub(1f).blend(value, value.compare(VectorOperators.GT, 0f)).intoArray(x, i);
    }
    // scalar tail
    ScalarKernels.elu(i, n, x);
  }

  @Override
  public void eluGradient(int n, float[] y, float[] gradient) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, y, i);
      FloatVector derivative = value.add(1f).blend(1f, value.compare(VectorOperators.GT, 0f));
      FloatVector.fromArray(SPECIES, gradient, i).mul(derivative).intoArray(gradient, i);
    }
    // scalar tail
    ScalarKernels.eluGradient(i, n, y, gradient);
  }

  @Override
  public void leakyRelu(int n, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      value.mul(LEAK).blend(value, value.compare(VectorOperators.GT, 0f)).intoArray(x, i);
    }
    // scalar tail
    ScalarKernels.leakyRelu(i, n, x);
  }

  @Override
  public void leakyReluGradient(int n, float[] y, float[] gradient) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      var positive = FloatVector.fromArray(SPECIES, y, i).compare(VectorOperators.GT, 0f);
      FloatVector value = FloatVector.fromArray(SPECIES, gradient, i);
      value.mul(LEAK).blend(value, positive).intoArray(gradient, i);
    }
    // scalar tail
    ScalarKernels.leakyReluGradient(i, n, y, gradient);
  }

  @Override
  public void silu(int n, float[] x, float[] slopes) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, i);
      FloatVector one = broadcast(1f);
      FloatVector logistic = one.div(exp(value.neg()).add(1f));
      FloatVector y = value.mul(logistic);
      y.intoArray(x, i);
      y.fma(one.sub(logistic), logistic).intoArray(slopes, i);
    }
    // scalar tail
    ScalarKernels.silu(i, n, x, slopes);
  }

  @Override
  public void scale(int n, float[] factors, float[] x) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector factor = FloatVector.fromArray(SPECIES, factors, i);
      FloatVector.fromArray(SPECIES, x, i).mul(factor).intoArray(x, i);
    }
    // scalar tail
    ScalarKernels.scale(i, n, factors, x);
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
    // reduce, with the scalar tail
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
    // scalar tail
    SCALAR.adam(
        i, to, parameters, gradients, m, v, scale, beta1, beta2, rate, inverseSqrtCorrection, eps);
  }

  /** Returns e^x, in the operations and order of {@link RationalExp#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector value = x.blend(RationalExp.HIGH, x.compare(VectorOperators.GT, RationalExp.HIGH));
    value = value.blend(RationalExp.LOW, value.compare(VectorOperators.LT, RationalExp.LOW));
    FloatVector round = broadcast(RationalExp.ROUND);
    FloatVector shifted = value.fma(broadcast(RationalExp.LOG2_E), round);
    FloatVector n = shifted.sub(round);
    FloatVector r = n.fma(broadcast(-RationalExp.LOG_2_HIGH), value);
    r = n.fma(broadcast(-RationalExp.LOG_2_LOW), r);
    FloatVector p = broadcast(RationalExp.P0).fma(r, broadcast(RationalExp.P1));
    p = p.fma(r, broadcast(RationalExp.P2));
    p = p.fma(r, broadcast(RationalExp.P3));
    p = p.fma(r, broadcast(RationalExp.P4));
    p = p.fma(r, broadcast(RationalExp.P5));
    p = p.fma(r.mul(r), r).add(1f);
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
    return p.mul(power.reinterpretAsFloats());
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
