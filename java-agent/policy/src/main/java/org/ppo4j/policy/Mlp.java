package org.ppo4j.policy;

import java.util.Arrays;

/**
 * The actor of a multilayer perceptron, immutable. Every output is computed by the same operations
 * in the same order as by the trainer's kernels: the bias first, then one fused multiply-add for
 * each input, from the first to the last.
 */
final class Mlp {
  /** The most parameters that a file may have, which bounds what loading allocates to 256 MB. */
  static final int MAX_PARAMETERS = 1 << 26;

  /** The non-linearity after each hidden layer, under the manifest's names in lower case. */
  enum Activation {
    TANH,
    RELU
  }

  /**
   * The shape of an actor and a critic.
   *
   * @param inputs the number of features, those of the critic
   * @param hidden the widths of the actor's hidden layers
   * @param criticHidden the widths of the critic's hidden layers, unless they are shared
   * @param outputs the number of the actor's outputs
   * @param logStdSize the number of log standard deviations
   * @param sharedTrunk whether actor and critic have their hidden layers in common
   * @param auxiliaryValue whether the critic is followed by a value head of the actor
   * @param criticOnly how many of the last features the actor does not take
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shape(
      int inputs,
      int[] hidden,
      int[] criticHidden,
      Activation activation,
      int outputs,
      int logStdSize,
      boolean sharedTrunk,
      boolean auxiliaryValue,
      int criticOnly) {

    /**
     * Returns the number of all parameters, the critic's included, or {@link Long#MAX_VALUE} if
     * there are more than {@link #MAX_PARAMETERS}.
     */
    long parameterCount() {
      long actor = count(inputs - criticOnly, hidden, outputs);
      int last = hidden.length == 0 ? inputs - criticOnly : hidden[hidden.length - 1];
      long critic = sharedTrunk ? last + 1L : count(inputs, criticHidden, 1);
      long auxiliary = auxiliaryValue ? last + 1L : 0;
      if (actor > MAX_PARAMETERS || critic > MAX_PARAMETERS) {
        return Long.MAX_VALUE;
      }
      long count = actor + logStdSize + critic + auxiliary;
      return count > MAX_PARAMETERS ? Long.MAX_VALUE : count;
    }

    private static long count(int inputs, int[] hidden, int outputs) {
      long count = 0;
      int in = inputs;
      for (int i = 0; i <= hidden.length && count <= MAX_PARAMETERS; i++) {
        int out = i < hidden.length ? hidden[i] : outputs;
        count += (long) in * out + out;
        in = out;
      }
      return count;
    }
  }

  final int inputs;
  final int outputs;

  /** The most numbers between two layers. */
  final int width;

  private final Activation activation;

  /** Of each layer, {@code [in, out]} row-major. */
  private final float[][] weights;

  /** Of each layer, {@code [out]}. */
  private final float[][] biases;

  /**
   * Takes the actor from the front of {@code parameters}: layer by layer its weights, then its
   * biases.
   */
  Mlp(Shape shape, float[] parameters) {
    inputs = shape.inputs - shape.criticOnly;
    outputs = shape.outputs;
    activation = shape.activation;
    int layers = shape.hidden.length + 1;
    weights = new float[layers][];
    biases = new float[layers][];
    int in = inputs;
    int at = 0;
    int widest = outputs;
    for (int i = 0; i < layers; i++) {
      int out = i < layers - 1 ? shape.hidden[i] : outputs;
      weights[i] = Arrays.copyOfRange(parameters, at, at + in * out);
      at += in * out;
      biases[i] = Arrays.copyOfRange(parameters, at, at + out);
      at += out;
      widest = Math.max(widest, out);
      in = out;
    }
    width = widest;
  }

  /**
   * Computes the outputs for one row.
   *
   * @param x the features, {@code [inputs]}
   * @param a room for one layer, {@code [width]}; overwritten
   * @param b likewise
   * @return {@code a} or {@code b}, whose first elements are the outputs, {@code [outputs]}
   */
  float[] forward(float[] x, float[] a, float[] b) {
    float[] from = x;
    float[] to = a;
    for (int i = 0; i < weights.length; i++) {
      int out = biases[i].length;
      dense(from, weights[i].length / out, weights[i], biases[i], to);
      if (i < weights.length - 1) {
        if (activation == Activation.TANH) {
          RationalTanh.tanh(out, to);
        } else {
          relu(out, to);
        }
      }
      from = to;
      to = i % 2 == 0 ? b : a;
    }
    return from;
  }

  /**
   * y = x W + bias. Four inputs at a time spare loads and stores of y and leave the order of the
   * sum as it is; each inner loop is one that the compiler turns into vector instructions.
   */
  private static void dense(float[] x, int in, float[] w, float[] bias, float[] y) {
    int out = bias.length;
    System.arraycopy(bias, 0, y, 0, out);
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      add4(x[i], x[i + 1], x[i + 2], x[i + 3], w, i * out, out, y);
    }
    for (; i < in; i++) {
      float xi = x[i];
      int row = i * out;
      for (int j = 0; j < out; j++) {
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

  private static void relu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }
}
