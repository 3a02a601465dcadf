package org.ppo4j.tokens.model;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/** A linear layer {@code y = x W + b}, with an optional {@link Adapter}. */
final class Linear {
  /** With fewer rows, a product is divided among threads by its columns. */
  private static final int FEW_ROWS = 32;

  private final MatrixKernels kernels;
  private final Team team;
  private final int inputs;
  private final int outputs;
  private final int offset;
  private final int bias;
  private final boolean inputsFirst;
  private float[] packed = {};
  private @Nullable Adapter adapter;

  /**
   * Creates the layer.
   *
   * @param inputsFirst whether the weights are stored as {@code [inputs, outputs]}, as GPT-2's are,
   *     and not as {@code [outputs, inputs]}
   */
  Linear(
      Layout.Tensor weights,
      Layout.@Nullable Tensor bias,
      boolean inputsFirst,
      MatrixKernels kernels,
      Team team) {
    this.kernels = kernels;
    this.team = team;
    this.inputsFirst = inputsFirst;
    inputs = weights.shape().get(inputsFirst ? 0 : 1);
    outputs = weights.shape().get(inputsFirst ? 1 : 0);
    offset = weights.offset();
    this.bias = bias == null ? -1 : bias.offset();
  }

  int inputs() {
    return inputs;
  }

  int outputs() {
    return outputs;
  }

  void adapt(@Nullable Adapter adapter) {
    this.adapter = adapter;
  }

  /** Returns the weights or their gradients as {@code [inputs, outputs]}. */
  private Matrix weights(float[] array) {
    return inputsFirst
        ? new Matrix(array, offset, outputs, 1)
        : new Matrix(array, offset, 1, inputs);
  }

  /** Prepares the weights for {@link #forward}, after they have changed. */
  void load(float[] parameters) {
    if (packed.length == 0) {
      packed = new float[kernels.packedLength(inputs, outputs)];
    }
    Matrix weights = weights(parameters);
    team.split(
        outputs,
        kernels.panel(),
        (from, to) -> kernels.pack(inputs, outputs, from, to, weights, packed));
  }

  /**
   * Computes the outputs.
   *
   * @param x {@code [rows, inputs]}
   * @param y {@code [rows, outputs]}, written by the callee
   */
  void forward(int rows, Matrix x, float[] parameters, Matrix y) {
    boolean biased = bias >= 0;
    if (rows < FEW_ROWS) {
      startWithBias(0, rows, parameters, y);
      team.split(
          outputs,
          kernels.panel(),
          (from, to) ->
              kernels.packedProduct(rows, outputs, inputs, from, to, x, packed, y, biased));
    } else {
      team.split(
          rows,
          4,
          (from, to) -> {
            startWithBias(from, to, parameters, y);
            kernels.packedProduct(
                to - from,
                outputs,
                inputs,
                0,
                outputs,
                x.from(from, 0),
                packed,
                y.from(from, 0),
                biased);
          });
    }
    if (adapter != null) {
      adapter.forward(rows, x, y);
    }
  }

  private void startWithBias(int from, int to, float[] parameters, Matrix y) {
    if (bias >= 0) {
      for (int row = from; row < to; row++) {
        System.arraycopy(parameters, bias, y.elements(), y.at(row, 0), outputs);
      }
    }
  }

  /**
   * Adds the gradients of weights and bias to {@code gradients}, and computes those of the inputs.
   *
   * @param dy the gradients of the outputs, {@code [rows, outputs]}
   * @param dx the gradients of the inputs, {@code [rows, inputs]}, written by the callee
   * @param add whether the gradients of the inputs are added to what {@code dx} holds
   * @param gradients of all parameters; empty if only the adapter learns
   */
  void backward(
      int rows,
      Matrix x,
      float[] parameters,
      Matrix dy,
      Matrix dx,
      boolean add,
      float[] gradients) {
    Matrix transposed = weights(parameters).transposed();
    team.split(
        rows,
        4,
        (from, to) ->
            kernels.product(
                to - from, inputs, outputs, dy.from(from, 0), transposed, dx.from(from, 0), add));
    if (adapter != null) {
      adapter.backward(rows, x, dy, dx);
    }
    if (gradients.length == 0) {
      return;
    }
    if (inputsFirst) {
      accumulate(rows, inputs, outputs, x, dy, weights(gradients));
    } else {
      accumulate(rows, outputs, inputs, dy, x, weights(gradients).transposed());
    }
    if (bias >= 0) {
      team.split(outputs, 16, (from, to) -> addColumns(rows, from, to, dy, gradients, bias));
    }
  }

  /** Adds {@code a^T b} to {@code sum [m, n]}. */
  private void accumulate(int rows, int m, int n, Matrix a, Matrix b, Matrix sum) {
    Matrix transposed = a.transposed();
    team.split(
        m,
        4,
        (from, to) ->
            kernels.product(
                to - from, n, rows, transposed.from(from, 0), b, sum.from(from, 0), true));
  }

  /** Adds columns of {@code a} to a vector, from row 0 upwards. */
  static void addColumns(int rows, int from, int to, Matrix a, float[] sums, int offset) {
    float[] elements = a.elements();
    for (int row = 0; row < rows; row++) {
      int at = a.at(row, 0);
      for (int j = from; j < to; j++) {
        sums[offset + j] += elements[at + j];
      }
    }
  }
}
