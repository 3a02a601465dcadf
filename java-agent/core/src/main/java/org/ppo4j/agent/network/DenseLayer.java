package org.ppo4j.agent.network;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * One dense layer with its packed weights and the activations of the last forward. Matrices of
 * outputs have rows of {@link #width} numbers, with zeros as padding.
 *
 * <p>{@link #load} packs the weights: rows padded to the kernels' vector length, and a transposed
 * copy for the backward pass. At a minibatch of 64 that costs about a twentieth of forward and
 * backward. One kernel then computes all three products, {@code Y = X W + b}, {@code dX = dY W^T}
 * and {@code dW = X^T dY}.
 */
public final class DenseLayer {
  /** Rows of weights that are transposed at once; their lines stay in the first-level cache. */
  private static final int TILE = 16;

  final int in;
  final int out;

  /** {@code out} rounded up to the kernels' padding. */
  final int width;

  /** The last outputs, {@code [rows, width]}; activated in place. */
  float[] outputs = {};

  /** The gradients with respect to the outputs before activation, {@code [rows, width]}. */
  float[] outputGradients = {};

  /** The derivatives of the outputs before activation along a direction, {@code [rows, width]}. */
  float[] tangents = {};

  private final Kernels kernels;
  private final int weightsOffset;
  private final int biasesOffset;
  private final int inWidth;
  private final float[] weights;
  private final float[] transposed;
  private final float[] biases;
  private final float[] noBiases;

  /**
   * Gradients with respect to the weights, {@code [in, width]}; {@code [out, inWidth]} for a narrow
   * layer.
   */
  private final float[] weightGradients;

  private final float[] biasGradients;

  DenseLayer(NetworkSpec.Layer place, Kernels kernels) {
    this.kernels = kernels;
    in = place.in();
    out = place.out();
    weightsOffset = place.weights();
    biasesOffset = place.biases();
    width = kernels.padded(out);
    inWidth = kernels.padded(in);
    weights = new float[in * width];
    transposed = new float[out * inWidth];
    biases = new float[width];
    noBiases = new float[Math.max(width, inWidth)];
    weightGradients = new float[Math.max(in * width, out * inWidth)];
    biasGradients = new float[width];
  }

  /** Creates a layer of other rows that has the weights of {@code other}, which loads them. */
  DenseLayer(DenseLayer other) {
    kernels = other.kernels;
    in = other.in;
    out = other.out;
    weightsOffset = other.weightsOffset;
    biasesOffset = other.biasesOffset;
    width = other.width;
    inWidth = other.inWidth;
    weights = other.weights;
    transposed = other.transposed;
    biases = other.biases;
    noBiases = other.noBiases;
    weightGradients = new float[other.weightGradients.length];
    biasGradients = new float[width];
  }

  /** Allocates outputs and their gradients for up to {@code rows} rows. */
  void reserve(int rows) {
    outputs = new float[rows * width];
    outputGradients = new float[rows * width];
  }

  /**
   * Packs the weights {@code [in, out]} and biases {@code [out]} of this layer.
   *
   * @param parameters the network's whole flat array, which is not kept
   */
  void load(float[] parameters) {
    System.arraycopy(parameters, biasesOffset, biases, 0, out);
    for (int i = 0; i < in; i++) {
      int row = weightsOffset + i * out;
      System.arraycopy(parameters, row, weights, i * width, out);
      for (int j = 0; j < out; j++) {
        transposed[j * inWidth + i] = parameters[row + j];
      }
    }
  }

  /** Loads part {@code part} of {@code parts}, between them all of the layer; for large layers. */
  void load(float[] parameters, int part, int parts) {
    if (part == 0) {
      System.arraycopy(parameters, biasesOffset, biases, 0, out);
    }
    int first = (int) ((long) in * part / parts);
    int end = (int) ((long) in * (part + 1) / parts);
    for (int from = first; from < end; from += TILE) {
      int to = Math.min(end, from + TILE);
      for (int i = from; i < to; i++) {
        System.arraycopy(parameters, weightsOffset + i * out, weights, i * width, out);
      }
      for (int j = 0; j < out; j++) {
        for (int i = from; i < to; i++) {
          transposed[j * inWidth + i] = parameters[weightsOffset + i * out + j];
        }
      }
    }
  }

  /**
   * Writes {@code X W + b} to {@link #outputs}, before activation.
   *
   * @param x the inputs, {@code [rows, in]}; row i starts at {@code i * xStride}
   * @param xStride the distance between the starts of two rows, at least {@code in}
   */
  void forward(float[] x, int xStride, int rows) {
    kernels.multiply(rows, width, in, x, xStride, 1, weights, biases, outputs);
  }

  /**
   * Writes the gradients with respect to the weights, {@code [in, out]}, and the biases, {@code
   * [out]}, to their places in {@code gradients}. Reads {@link #outputGradients}.
   *
   * @param x the inputs of the last {@link #forward}, {@code [rows, in]}, with {@code xStride}
   * @param xStride the distance between the starts of two rows
   * @param gradients the network's whole flat array; only this layer's part is overwritten
   */
  void backwardParameters(float[] x, int xStride, int rows, float[] gradients) {
    if (out < width && xStride == inWidth) {
      multiplyNarrow(x, rows, gradients);
    } else {
      kernels.multiply(in, width, rows, x, 1, xStride, outputGradients, noBiases, weightGradients);
      for (int i = 0; i < in; i++) {
        System.arraycopy(weightGradients, i * width, gradients, weightsOffset + i * out, out);
      }
    }
    kernels.columnSums(rows, width, outputGradients, biasGradients);
    System.arraycopy(biasGradients, 0, gradients, biasesOffset, out);
  }

  /**
   * Computes {@code dW} transposed, as {@code dY^T X}: the same sums without those of the padding.
   */
  private void multiplyNarrow(float[] x, int rows, float[] gradients) {
    kernels.multiply(out, inWidth, rows, outputGradients, 1, width, x, noBiases, weightGradients);
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        gradients[weightsOffset + i * out + j] = weightGradients[j * inWidth + i];
      }
    }
  }

  /**
   * Writes the gradients with respect to the inputs to {@code inputGradients [rows, inWidth]},
   * {@code inWidth} being {@code in} rounded up to the kernels' padding.
   */
  void backwardInputs(int rows, float[] inputGradients) {
    backwardInputs(rows, outputGradients, inputGradients);
  }

  /** Does so given the gradients with respect to some rows' outputs, {@code [rows, width]}. */
  void backwardInputs(int rows, float[] outputGradients, float[] inputGradients) {
    kernels.multiply(
        rows, inWidth, out, outputGradients, width, 1, transposed, noBiases, inputGradients);
  }

  /**
   * Writes the derivatives of {@code X W + b} along {@code direction} to {@link #tangents}: {@code
   * X dW + db + dX W}.
   *
   * @param x the inputs of the last {@link #forward}
   * @param inputTangents the derivatives of the inputs, {@code [rows, in]} with {@code xStride};
   *     null if they do not depend on parameters
   * @param direction the direction of the network's whole flat array
   */
  void tangent(
      float[] x, int xStride, float @Nullable [] inputTangents, int rows, float[] direction) {
    if (tangents.length < rows * width) {
      tangents = new float[rows * width];
    }
    float[] directionWeights = new float[in * width];
    float[] directionBiases = new float[width];
    for (int i = 0; i < in; i++) {
      System.arraycopy(direction, weightsOffset + i * out, directionWeights, i * width, out);
    }
    System.arraycopy(direction, biasesOffset, directionBiases, 0, out);
    kernels.multiply(rows, width, in, x, xStride, 1, directionWeights, directionBiases, tangents);
    if (inputTangents != null) {
      float[] throughInputs = new float[rows * width];
      kernels.multiply(
          rows, width, in, inputTangents, xStride, 1, weights, noBiases, throughInputs);
      for (int i = 0; i < throughInputs.length; i++) {
        tangents[i] += throughInputs[i];
      }
    }
  }

  /** Copies {@link #outputs}, {@code [rows, width]}, to {@code target}, {@code [rows, out]}. */
  void unpadOutputs(int rows, float[] target) {
    unpad(outputs, rows, target);
  }

  /** Copies {@code padded [rows, width]} to {@code target [rows, out]}. */
  void unpad(float[] padded, int rows, float[] target) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(padded, i * width, target, i * out, out);
    }
  }

  /**
   * Copies {@code source}, the gradients with respect to the outputs, {@code [rows, out]}, to
   * {@link #outputGradients}, {@code [rows, width]}.
   */
  void padOutputGradients(int rows, float[] source) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(source, i * out, outputGradients, i * width, out);
    }
  }
}
