package org.ppo4j.agent.kernel;

/**
 * {@link Kernels} as plain loops: the reference that {@link VectorKernels} is tested against, the
 * fallback, and, as static methods that start at {@code from}, its scalar tails.
 */
final class ScalarKernels implements Kernels {

  @Override
  public int padding() {
    return 1;
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
    for (int i = 0; i < m; i++) {
      System.arraycopy(bias, 0, c, i * n, n);
    }
    multiplyAdd(m, n, k, a, aRowStride, aColumnStride, b, c);
  }

  @Override
  public void multiplyAdd(
      int m, int n, int k, float[] a, int aRowStride, int aColumnStride, float[] b, float[] c) {
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        float factor = a[i * aRowStride + l * aColumnStride];
        for (int j = 0; j < n; j++) {
          c[i * n + j] = Math.fma(factor, b[l * n + j], c[i * n + j]);
        }
      }
    }
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
    for (int i = 0; i < m; i++) {
      System.arraycopy(init, i * initRow, c, i * n, n);
      for (int l = 0; l < k; l++) {
        float factor = a[rowAt[i] + colAt[l]];
        for (int j = 0; j < n; j++) {
          c[i * n + j] = Math.fma(factor, b[l * n + j], c[i * n + j]);
        }
      }
    }
  }

  @Override
  public void fromBytes(int n, byte[] bytes, int from, float[] y) {
    fromBytes(0, n, bytes, from, y);
  }

  static void fromBytes(int first, int n, byte[] bytes, int from, float[] y) {
    for (int i = first; i < n; i++) {
      y[i] = (bytes[from + i] & 0xFF) / 255f;
    }
  }

  @Override
  public void add(int n, float[] x, int from, float[] sum, int at) {
    for (int i = 0; i < n; i++) {
      sum[at + i] += x[from + i];
    }
  }

  @Override
  public void addColumnSums(int rows, int n, float[] a, float[] out) {
    addColumnSums(0, rows, n, a, out);
  }

  static void addColumnSums(int from, int rows, int n, float[] a, float[] out) {
    for (int j = from; j < n; j++) {
      float sum = out[j];
      for (int i = 0; i < rows; i++) {
        sum += a[i * n + j];
      }
      out[j] = sum;
    }
  }

  @Override
  public void tanh(int n, float[] x) {
    tanh(0, n, x);
  }

  static void tanh(int from, int n, float[] x) {
    for (int i = from; i < n; i++) {
      x[i] = RationalTanh.tanh(x[i]);
    }
  }

  @Override
  public void tanhGradient(int n, float[] y, float[] gradient) {
    tanhGradient(0, n, y, gradient);
  }

  static void tanhGradient(int from, int n, float[] y, float[] gradient) {
    for (int i = from; i < n; i++) {
      gradient[i] *= Math.fma(-y[i], y[i], 1f);
    }
  }

  @Override
  public void relu(int n, float[] x) {
    relu(0, n, x);
  }

  static void relu(int from, int n, float[] x) {
    for (int i = from; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  @Override
  public void reluGradient(int n, float[] y, float[] gradient) {
    reluGradient(0, n, y, gradient);
  }

  static void reluGradient(int from, int n, float[] y, float[] gradient) {
    for (int i = from; i < n; i++) {
      if (!(y[i] > 0)) {
        gradient[i] = 0;
      }
    }
  }

  @Override
  public void elu(int n, float[] x) {
    elu(0, n, x);
  }

  static void elu(int from, int n, float[] x) {
    for (int i = from; i < n; i++) {
      x[i] = x[i] > 0 ? x[i] : RationalExp.exp(x[i]) - 1f;
    }
  }

  @Override
  public void eluGradient(int n, float[] y, float[] gradient) {
    eluGradient(0, n, y, gradient);
  }

  static void eluGradient(int from, int n, float[] y, float[] gradient) {
    for (int i = from; i < n; i++) {
      gradient[i] *= y[i] > 0 ? 1f : y[i] + 1f;
    }
  }

  @Override
  public void leakyRelu(int n, float[] x) {
    leakyRelu(0, n, x);
  }

  static void leakyRelu(int from, int n, float[] x) {
    for (int i = from; i < n; i++) {
      x[i] = x[i] > 0 ? x[i] : x[i] * LEAK;
    }
  }

  @Override
  public void leakyReluGradient(int n, float[] y, float[] gradient) {
    leakyReluGradient(0, n, y, gradient);
  }

  static void leakyReluGradient(int from, int n, float[] y, float[] gradient) {
    for (int i = from; i < n; i++) {
      gradient[i] = y[i] > 0 ? gradient[i] : gradient[i] * LEAK;
    }
  }

  @Override
  public void silu(int n, float[] x, float[] slopes) {
    silu(0, n, x, slopes);
  }

  static void silu(int from, int n, float[] x, float[] slopes) {
    for (int i = from; i < n; i++) {
      float logistic = 1f / (1f + RationalExp.exp(-x[i]));
      float y = x[i] * logistic;
      x[i] = y;
      slopes[i] = Math.fma(y, 1f - logistic, logistic);
    }
  }

  @Override
  public void scale(int n, float[] factors, float[] x) {
    scale(0, n, factors, x);
  }

  static void scale(int from, int n, float[] factors, float[] x) {
    for (int i = from; i < n; i++) {
      x[i] *= factors[i];
    }
  }

  @Override
  public double sumOfSquares(int n, float[] x) {
    double[] sums = new double[8];
    for (int i = 0; i < n; i++) {
      double value = x[i];
      sums[i % 8] = Math.fma(value, value, sums[i % 8]);
    }
    double sum = 0;
    for (double stripe : sums) {
      sum += stripe;
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
    float m1 = (float) (1 - beta1);
    float v0 = (float) beta2;
    float v1 = (float) (1 - beta2);
    for (int i = from; i < to; i++) {
      float g = gradients[i] * scale;
      m[i] = Math.fma(g - m[i], m1, m[i]);
      v[i] = Math.fma(g * g, v1, v[i] * v0);
      float denominator = Math.fma((float) Math.sqrt(v[i]), inverseSqrtCorrection, eps);
      parameters[i] -= rate * m[i] / denominator;
    }
  }
}
