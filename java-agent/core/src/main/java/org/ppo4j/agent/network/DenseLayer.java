package org.ppo4j.agent.network;

import java.util.Arrays;
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

  /** The padded {@code out}. */
  final int width;

  /** The last outputs of the selected block, {@code [rows, width]}; activated in place. */
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

  /** The outputs of each block of rows, {@code [blocks][rows, width]}. */
  private float[][] blocks = {};

  /**
   * Gradients with respect to the weights, {@code [in, width]}; {@code [out, inWidth]} for a narrow
   * layer; allocated by the first {@link #begin}.
   */
  private float[] weightGradients = {};

  private final float[] biasGradients;

  /** Whether {@link #weightGradients} are of rows since {@link #begin}. */
  private boolean begun;

  /** Whether {@link #weightGradients} are transposed, since much of a row would be padding. */
  private boolean narrow;

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
    biasGradients = new float[width];
  }

  /** Allocates outputs and their gradients for up to {@code rows} rows. */
  void reserve(int rows) {
    reserve(rows, 1);
  }

  /**
   * Allocates the outputs of {@code count} blocks of up to {@code rows} rows, which are kept for
   * the backward pass, and the gradients of one block.
   */
  void reserve(int rows, int count) {
    outputs = new float[0]; // so that the old ones can be collected
    blocks = new float[0][];
    blocks = new float[count][rows * width];
    outputs = blocks[0];
    outputGradients = new float[rows * width];
  }

  /** Makes {@link #outputs} those of a block. */
  void select(int block) {
    outputs = blocks[block];
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
    begin();
    addParameters(x, xStride, rows);
    store(gradients);
  }

  /** Begins gradients that are sums over several blocks. */
  void begin() {
    if (weightGradients.length == 0) {
      weightGradients = new float[Math.max(in * width, out * inWidth)];
    }
    Arrays.fill(biasGradients, 0);
    begun = false;
  }

  /**
   * Adds the gradients of the selected block to those of the blocks since {@link #begin}: the sums
   * are those of all rows at once, to the bit. {@code xStride} is the same for all blocks.
   */
  void addParameters(float[] x, int xStride, int rows) {
    narrow = width > out + out / 8 && xStride == inWidth;
    if (narrow) {
      // dW transposed, as dY^T X: the same sums without those of the padding
      addProduct(out, inWidth, rows, outputGradients, width, x);
    } else {
      addProduct(in, width, rows, x, xStride, outputGradients);
    }
    begun = true;
    kernels.addColumnSums(rows, width, outputGradients, biasGradients);
  }

  /** Adds {@code A^T B} to the gradients with respect to the weights. */
  private void addProduct(int m, int n, int rows, float[] a, int aStride, float[] b) {
    if (begun) {
      kernels.multiplyAdd(m, n, rows, a, 1, aStride, b, weightGradients);
    } else {
      kernels.multiply(m, n, rows, a, 1, aStride, b, noBiases, weightGradients);
    }
  }

  /** Writes the sums since {@link #begin} to their places in the network's flat gradients. */
  void store(float[] gradients) {
    for (int i = 0; i < in; i++) {
      int row = weightsOffset + i * out;
      if (narrow) {
        for (int j = 0; j < out; j++) {
          gradients[row + j] = weightGradients[j * inWidth + i];
        }
      } else {
        System.arraycopy(weightGradients, i * width, gradients, row, out);
      }
    }
    System.arraycopy(biasGradients, 0, gradients, biasesOffset, out);
  }

  /**
   * Writes the gradients with respect to the inputs to {@code inputGradients [rows, inWidth]},
   * {@code inWidth} being the padded {@code in}.
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

  /**
   * Computes the outputs of a head.
   *
   * @param target receives of each row the outputs in its first columns, {@code [.., columns]}; the
   *     inputs behind them if there are more columns, which are the latent features
   * @param from the row of {@code target} for the first of them
   */
  void forwardHead(float[] x, int xStride, int rows, float[] target, int from, int columns) {
    forward(x, xStride, rows);
    unpad(outputs, rows, target, from, columns);
    if (columns > out) {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x, i * xStride, target, (from + i) * columns + out, in);
      }
    }
  }

  /**
   * Copies {@code padded [rows, width]} to the first columns of {@code target [.., stride]}, from
   * the row {@code from} on.
   */
  void unpad(float[] padded, int rows, float[] target, int from, int stride) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(padded, i * width, target, (from + i) * stride, out);
    }
  }

  /**
   * Copies the first columns of {@code source [.., stride]}, the gradients with respect to the
   * outputs, from the row {@code from} on, to {@link #outputGradients}, {@code [rows, width]}.
   */
  void padOutputGradients(int rows, float[] source, int from, int stride) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(source, (from + i) * stride, outputGradients, i * width, out);
    }
  }
}
