package org.ppo4j.agent.network;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * Hidden layers with one or more heads, computed in blocks of rows: each block passes through all
 * layers while what they compute for it is in the second-level cache, so that a row of a large
 * minibatch costs what one of a small minibatch does. Every number is computed as if all rows were
 * one block.
 *
 * <p>{@link #forward} keeps what the layers compute for all rows, which {@link #backward} needs.
 */
final class Mlp {
  /** The rows of a block: 64 KB for a layer of 64 units. */
  static final int BLOCK = 256;

  private final int inputs;
  private final int block;
  private final Trunk trunk;
  private final Head[] heads;
  private int capacity;

  /** The inputs of a block that is not the first, {@code [block, inputs]}. */
  private float[] copy = {};

  /** A head, and the array of the current call: its outputs or their gradients. */
  static final class Head {
    private final DenseLayer layer;
    private final int columns;

    /** {@code [rows, columns]}; null leaves the head out. */
    private float @Nullable [] argument;

    /**
     * Creates a head.
     *
     * @param columns the layer's outputs, and the latent features that follow them
     */
    Head(DenseLayer layer, int columns) {
      this.layer = layer;
      this.columns = columns;
    }

    /** Sets the array of the next calls; null leaves the head out. */
    void argument(float @Nullable [] argument) {
      this.argument = argument;
    }
  }

  /**
   * Creates networks whose weights are zero.
   *
   * @param block the rows of a block; decides on no number
   */
  Mlp(NetworkSpec spec, List<NetworkSpec.Layer> hidden, Kernels kernels, int block, Head... heads) {
    this.block = block;
    inputs = spec.features();
    trunk = new Trunk(inputs, hidden, spec.activation(), kernels);
    this.heads = heads;
  }

  /** Creates networks for other rows that have the weights of {@code other}, which loads them. */
  Mlp(Mlp other) {
    inputs = other.inputs;
    block = other.block;
    trunk = new Trunk(other.trunk);
    heads =
        Stream.of(other.heads)
            .map(head -> new Head(new DenseLayer(head.layer), head.columns))
            .toArray(Head[]::new);
  }

  /** Loads the weights of the hidden layers; the caller loads those of the heads. */
  void loadHidden(float[] parameters) {
    trunk.load(parameters);
  }

  /** Computes the outputs of all heads that have an argument. */
  void forward(float[] x, int rows) {
    reserve(rows);
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      float[] input = inputs(x, from, n);
      trunk.select(from / block);
      trunk.forward(input, n);
      for (Head head : heads) {
        if (head.argument != null) {
          trunk.forwardHead(head.layer, input, n, head.argument, from, head.columns);
        }
      }
    }
  }

  /** Computes the outputs of one head for the rows {@code [from, to)}, and keeps nothing. */
  void evaluate(int head, float[] x, int from, int to, float[] outputs) {
    reserve(Math.min(block, to - from));
    trunk.select(0);
    for (int row = from; row < to; row += block) {
      int n = Math.min(block, to - row);
      float[] input = inputs(x, row, n);
      trunk.forward(input, n);
      trunk.forwardHead(heads[head].layer, input, n, outputs, row, heads[head].columns);
    }
  }

  /**
   * Writes the gradients with respect to the parameters of the hidden layers and of all heads that
   * have an argument, their outputs' gradients, given the rows of the last {@link #forward}.
   */
  void backward(float[] x, int rows, float[] gradients) {
    trunk.begin();
    for (Head head : heads) {
      head.layer.begin();
    }
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      float[] input = inputs(x, from, n);
      trunk.select(from / block);
      boolean adds = false;
      for (Head head : heads) {
        if (head.argument != null) {
          head.layer.padOutputGradients(n, head.argument, from, head.columns);
          trunk.backwardHead(head.layer, input, n, adds);
          adds = true;
        }
      }
      trunk.backward(input, n);
    }
    trunk.store(gradients);
    for (Head head : heads) {
      if (head.argument != null) {
        head.layer.store(gradients);
      }
    }
  }

  /**
   * Computes the derivatives of the outputs of one head along a direction of the parameters, given
   * the rows of the last {@link #forward}.
   *
   * @param tangents receives them in its first columns, {@code [rows, columns]}
   */
  void tangents(int head, float[] x, int rows, float[] direction, float[] tangents) {
    DenseLayer layer = heads[head].layer;
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      float[] input = inputs(x, from, n);
      trunk.select(from / block);
      trunk.tangents(input, n, direction);
      trunk.headTangents(layer, input, n, direction);
      layer.unpad(layer.tangents, n, tangents, from, heads[head].columns);
    }
  }

  /** Returns an array whose first rows are {@code n} rows of {@code x} from {@code from} on. */
  private float[] inputs(float[] x, int from, int n) {
    if (from == 0) {
      return x;
    }
    if (copy.length == 0) {
      copy = new float[block * inputs];
    }
    System.arraycopy(x, from * inputs, copy, 0, n * inputs);
    return copy;
  }

  private void reserve(int rows) {
    if (rows > capacity) {
      int most = Math.min(rows, block);
      trunk.reserve(most, Math.ceilDiv(rows, block));
      for (Head head : heads) {
        head.layer.reserve(most);
      }
      capacity = rows;
    }
  }
}
