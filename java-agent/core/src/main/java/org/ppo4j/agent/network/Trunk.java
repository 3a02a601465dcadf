package org.ppo4j.agent.network;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The hidden layers of a multilayer perceptron with one or two heads. If there are no hidden
 * layers, the heads take the inputs directly.
 */
final class Trunk {
  private final int inputs;
  private final Activation activation;
  private final Kernels kernels;
  private final DenseLayer[] layers;
  private final @Nullable DenseLayer top;

  /**
   * The derivatives of SiLU, which its outputs do not tell, {@code [layers][blocks][rows, width]};
   * empty for the others.
   */
  private final float[][][] slopes;

  private int block;

  /** The second head's gradients with respect to the trunk's outputs, {@code [rows, width]}. */
  private float[] headGradients = {};

  Trunk(int inputs, List<NetworkSpec.Layer> layers, Activation activation, Kernels kernels) {
    this.inputs = inputs;
    this.activation = activation;
    this.kernels = kernels;
    this.layers = layers.stream().map(l -> new DenseLayer(l, kernels)).toArray(DenseLayer[]::new);
    top = layers.isEmpty() ? null : this.layers[layers.size() - 1];
    slopes = new float[activation == Activation.SILU ? this.layers.length : 0][][];
  }

  /** Creates a trunk of other rows that has the weights of {@code other}, which loads them. */
  Trunk(Trunk other) {
    inputs = other.inputs;
    activation = other.activation;
    kernels = other.kernels;
    layers = Stream.of(other.layers).map(DenseLayer::new).toArray(DenseLayer[]::new);
    top = layers.length == 0 ? null : layers[layers.length - 1];
    slopes = new float[other.slopes.length][][];
  }

  /** Loads part {@code part} of {@code parts} of each layer. */
  void load(float[] parameters, int part, int parts) {
    for (DenseLayer layer : layers) {
      layer.load(parameters, part, parts);
    }
  }

  /** Loads the weights from {@code parameters}, the network's whole flat array. */
  void load(float[] parameters) {
    for (DenseLayer layer : layers) {
      layer.load(parameters);
    }
  }

  void reserve(int rows) {
    reserve(rows, 1);
  }

  /** Allocates what {@code count} blocks of up to {@code rows} rows need. */
  void reserve(int rows, int count) {
    for (DenseLayer layer : layers) {
      layer.reserve(rows, count);
    }
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = new float[count][rows * layers[i].width];
    }
    block = 0;
    headGradients = new float[top == null ? 0 : rows * top.width];
  }

  /** Makes a block the one that the following calls compute. */
  void select(int block) {
    for (DenseLayer layer : layers) {
      layer.select(block);
    }
    this.block = block;
  }

  /** Computes the hidden layers for {@code x [rows, inputs]}. */
  void forward(float[] x, int rows) {
    float[] input = x;
    int stride = inputs;
    for (int i = 0; i < layers.length; i++) {
      DenseLayer layer = layers[i];
      layer.forward(input, stride, rows);
      activate(i, rows * layer.width, layer.outputs);
      input = layer.outputs;
      stride = layer.width;
    }
  }

  /** Returns what heads take: the last hidden layer's outputs, or {@code x} if there is none. */
  float[] outputs(float[] x) {
    return top == null ? x : top.outputs;
  }

  /** Returns the distance between the starts of two rows of {@link #outputs}. */
  int outputStride() {
    return top == null ? inputs : top.width;
  }

  /** Returns the gradients with respect to the last hidden layer's outputs; null without one. */
  float @Nullable [] outputGradients() {
    return top == null ? null : top.outputGradients;
  }

  /**
   * Computes a head's outputs, {@link DenseLayer#forwardHead}, on top of the last {@link #forward}.
   */
  void forwardHead(DenseLayer head, float[] x, int rows, float[] outputs, int from, int columns) {
    head.forwardHead(outputs(x), outputStride(), rows, outputs, from, columns);
  }

  /**
   * Runs a head's backward pass: writes the gradients with respect to its parameters to their
   * places in {@code gradients}, the network's whole flat array.
   *
   * @param x the trunk's inputs, {@code [rows, inputs]}
   * @param outputGradients the gradients with respect to the head's outputs in the first columns,
   *     {@code [.., columns]}
   * @param from the row of {@code outputGradients} of the first of them
   * @param adds whether the gradients with respect to the trunk's outputs are added to those of
   *     another head or replace them
   */
  void backwardHead(
      DenseLayer head,
      float[] x,
      int rows,
      float[] outputGradients,
      int from,
      int columns,
      float[] gradients,
      boolean adds) {
    head.begin();
    head.padOutputGradients(rows, outputGradients, from, columns);
    backwardHead(head, x, rows, adds);
    head.store(gradients);
  }

  /**
   * Runs the backward pass of a head that has its output gradients: adds the gradients with respect
   * to its parameters to those since {@link DenseLayer#begin}.
   */
  void backwardHead(DenseLayer head, float[] x, int rows, boolean adds) {
    head.addParameters(outputs(x), outputStride(), rows);
    if (top == null) {
      return;
    }
    if (!adds) {
      head.backwardInputs(rows, top.outputGradients);
      return;
    }
    head.backwardInputs(rows, headGradients);
    for (int i = 0; i < rows * top.width; i++) {
      top.outputGradients[i] += headGradients[i];
    }
  }

  /**
   * Runs the hidden layers' backward pass, from the heads' gradients to the gradients with respect
   * to the hidden layers' parameters.
   */
  void backward(float[] x, int rows, float[] gradients) {
    begin();
    backward(x, rows);
    store(gradients);
  }

  /** Begins gradients that are sums over several blocks. */
  void begin() {
    for (DenseLayer layer : layers) {
      layer.begin();
    }
  }

  /** Adds the gradients of the selected block to those since {@link #begin}. */
  void backward(float[] x, int rows) {
    for (int i = layers.length - 1; i >= 0; i--) {
      DenseLayer layer = layers[i];
      activateGradient(i, rows * layer.width, layer.outputs, layer.outputGradients);
      if (i == 0) {
        layer.addParameters(x, inputs, rows);
      } else {
        DenseLayer below = layers[i - 1];
        layer.addParameters(below.outputs, below.width, rows);
        layer.backwardInputs(rows, below.outputGradients);
      }
    }
  }

  /** Writes the sums since {@link #begin} to their places in the network's flat gradients. */
  void store(float[] gradients) {
    for (DenseLayer layer : layers) {
      layer.store(gradients);
    }
  }

  /**
   * Writes the gradients with respect to the inputs after {@link #backward}, {@code [rows, W]}, W
   * being the padded inputs.
   *
   * @param heads the heads that were differentiated, which take the inputs if there are no hidden
   *     layers
   */
  void backwardInputs(int rows, List<DenseLayer> heads, float[] inputGradients) {
    if (layers.length > 0) {
      layers[0].backwardInputs(rows, inputGradients);
      return;
    }
    heads.getFirst().backwardInputs(rows, inputGradients);
    for (DenseLayer head : heads.subList(1, heads.size())) {
      float[] more = new float[rows * kernels.padded(head.in)];
      head.backwardInputs(rows, more);
      kernels.add(more.length, more, 0, inputGradients, 0);
    }
  }

  /** Computes the derivatives of the hidden layers along {@code direction}, a flat array. */
  void tangents(float[] x, int rows, float[] direction) {
    float[] input = x;
    float[] inputTangents = null;
    int stride = inputs;
    for (int i = 0; i < layers.length; i++) {
      DenseLayer layer = layers[i];
      layer.tangent(input, stride, inputTangents, rows, direction);
      activateGradient(i, rows * layer.width, layer.outputs, layer.tangents);
      input = layer.outputs;
      inputTangents = layer.tangents;
      stride = layer.width;
    }
  }

  /** Computes a head's {@link DenseLayer#tangents} on top of the last {@link #tangents}. */
  void headTangents(DenseLayer head, float[] x, int rows, float[] direction) {
    if (top == null) {
      head.tangent(x, inputs, null, rows, direction);
    } else {
      head.tangent(top.outputs, top.width, top.tangents, rows, direction);
    }
  }

  private void activate(int layer, int n, float[] x) {
    switch (activation) {
      case TANH -> kernels.tanh(n, x);
      case RELU -> kernels.relu(n, x);
      case ELU -> kernels.elu(n, x);
      case LEAKY_RELU -> kernels.leakyRelu(n, x);
      case SILU -> kernels.silu(n, x, slopes[layer][block]);
    }
  }

  private void activateGradient(int layer, int n, float[] y, float[] gradient) {
    switch (activation) {
      case TANH -> kernels.tanhGradient(n, y, gradient);
      case RELU -> kernels.reluGradient(n, y, gradient);
      case ELU -> kernels.eluGradient(n, y, gradient);
      case LEAKY_RELU -> kernels.leakyReluGradient(n, y, gradient);
      case SILU -> kernels.scale(n, slopes[layer][block], gradient);
    }
  }
}
