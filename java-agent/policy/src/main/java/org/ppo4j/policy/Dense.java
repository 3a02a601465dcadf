package org.ppo4j.policy;

import java.util.Arrays;

/**
 * A dense layer, immutable. Every output is computed by the same operations in the same order as by
 * the trainer's kernels: the bias first, then one fused multiply-add for each input, from the first
 * to the last.
 */
final class Dense {
  final int in;
  final int out;

  /** {@code [in, out]} row-major. */
  private final float[] weights;

  /** {@code [out]}. */
  private final float[] biases;

  /** Takes weights and then biases from {@code parameters}, from {@code at} on. */
  Dense(int in, int out, float[] parameters, int at) {
    this.in = in;
    this.out = out;
    weights = Arrays.copyOfRange(parameters, at, at + in * out);
    biases = Arrays.copyOfRange(parameters, at + in * out, at + in * out + out);
  }

  /** Returns the number of parameters. */
  int parameters() {
    return (in + 1) * out;
  }

  /**
   * y = x W + bias. Four inputs at a time spare loads and stores of y and leave the order of the
   * sum as it is; each inner loop is one that the compiler turns into vector instructions.
   */
  void forward(float[] x, float[] y) {
    float[] w = weights;
    int n = out;
    System.arraycopy(biases, 0, y, 0, n);
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      add4(x[i], x[i + 1], x[i + 2], x[i + 3], w, i * n, n, y);
    }
    for (; i < in; i++) {
      float xi = x[i];
      int row = i * n;
      for (int j = 0; j < n; j++) {
        y[j] = Math.fma(xi, w[row + j], y[j]);
      }
    }
  }

  private static void add4(
      float x0, float x1, float x2, float x3, float[] w, int row, int out, float[] y) {
    int row1 = row + out;
    int row2 = row1 + out;
    int row3 = row2 + out;
    for (int j = 0; j < out; j++) {
      float sum = Math.fma(x0, w[row + j], y[j]);
      sum = Math.fma(x1, w[row1 + j], sum);
      sum = Math.fma(x2, w[row2 + j], sum);
      y[j] = Math.fma(x3, w[row3 + j], sum);
    }
  }
}
