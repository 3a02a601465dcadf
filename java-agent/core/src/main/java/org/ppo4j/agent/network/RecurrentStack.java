package org.ppo4j.agent.network;

import java.util.List;
import org.ppo4j.agent.kernel.Kernels;

/** The recurrent layers of an actor or a critic, one on top of the other, with their heads. */
final class RecurrentStack {
  private final RecurrentLayer[] layers;
  private final RecurrentLayer top;

  /** Where the states of this stack start in those of a sequence. */
  private final int stateOffset;

  /** The numbers of a sequence's states, of all stacks. */
  private final int stateSize;

  /** A second head's gradients with respect to the outputs, {@code [T, E, width]}. */
  private float[] headGradients = {};

  /**
   * Creates a stack.
   *
   * @param cells of each layer the products with inputs and with states
   */
  RecurrentStack(
      NetworkSpec spec, List<NetworkSpec.Layer> cells, int stateOffset, Kernels kernels) {
    layers = new RecurrentLayer[cells.size() / 2];
    for (int i = 0; i < layers.length; i++) {
      layers[i] =
          RecurrentLayer.of(
              spec.recurrence().kind(), cells.get(2 * i), cells.get(2 * i + 1), kernels);
    }
    top = layers[layers.length - 1];
    this.stateOffset = stateOffset;
    stateSize = spec.stateSize();
  }

  void load(float[] parameters) {
    for (RecurrentLayer layer : layers) {
      layer.load(parameters);
    }
  }

  void reserve(int rows) {
    for (RecurrentLayer layer : layers) {
      layer.reserve(rows);
    }
    headGradients = new float[rows * top.width];
  }

  /** Computes all layers for {@code x [T, E, in]}, row i of which starts at {@code i * xStride}. */
  void forward(float[] x, int xStride, int rows, Memory memory) {
    float[] from = x;
    int stride = xStride;
    int at = stateOffset;
    for (RecurrentLayer layer : layers) {
      layer.forward(from, stride, rows, memory, at, stateSize);
      from = layer.outputs;
      stride = layer.width;
      at += layer.stateSize;
    }
  }

  /**
   * Computes a head's outputs, {@link DenseLayer#forwardHead}, on top of the last {@link #forward}.
   */
  void forwardHead(DenseLayer head, int rows, float[] outputs, int columns) {
    head.forwardHead(top.outputs, top.width, rows, outputs, 0, columns);
  }

  /** Runs a head's backward pass, as {@link Trunk#backwardHead} does. */
  void backwardHead(
      DenseLayer head,
      int rows,
      float[] outputGradients,
      int columns,
      float[] gradients,
      boolean adds) {
    head.padOutputGradients(rows, outputGradients, 0, columns);
    head.backwardParameters(top.outputs, top.width, rows, gradients);
    head.backwardInputs(rows, adds ? headGradients : top.outputGradients);
    if (adds) {
      top.kernels.add(rows * top.width, headGradients, 0, top.outputGradients, 0);
    }
  }

  /** Runs the backward pass through time, from the heads' gradients to those of the parameters. */
  void backward(float[] x, int xStride, int rows, Memory memory, float[] gradients) {
    for (int i = layers.length - 1; i >= 0; i--) {
      RecurrentLayer layer = layers[i];
      if (i == 0) {
        layer.backward(x, xStride, rows, memory, gradients);
      } else {
        RecurrentLayer below = layers[i - 1];
        layer.backward(below.outputs, below.width, rows, memory, gradients);
        layer.backwardInputs(rows, below.outputGradients);
      }
    }
  }

  /** Writes the gradients with respect to the inputs after {@link #backward}, in padded rows. */
  void backwardInputs(int rows, float[] inputGradients) {
    layers[0].backwardInputs(rows, inputGradients);
  }
}
