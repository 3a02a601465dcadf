package org.ppo4j.agent.network;

import java.util.Arrays;
import org.ppo4j.agent.kernel.Kernels;

/**
 * One recurrent layer with the activations of the last forward. Rows are those of {@link Memory};
 * matrices have rows of {@link #width} numbers for the units, with zeros as padding.
 *
 * <p>The products with the inputs of all steps are one product; those with the states are one for
 * each step. The gradients of the weights are one product each, over all steps.
 */
abstract sealed class RecurrentLayer permits LstmLayer, GruLayer {
  final Kernels kernels;
  final int units;

  /** The padded {@link #units}. */
  final int width;

  /** The numbers of a row of gates, padded. */
  final int gateWidth;

  /** The numbers that the layer remembers of a sequence. */
  final int stateSize;

  /** The products with the inputs, and their gradients, {@code [T, E, gateWidth]}. */
  final DenseLayer input;

  /** The products with the states of one step, {@code [E, gateWidth]}, and all their gradients. */
  final DenseLayer recurrent;

  /** The outputs h, {@code [T, E, width]}. */
  float[] outputs = {};

  /** The gradients with respect to the outputs, {@code [T, E, width]}, written by what follows. */
  float[] outputGradients = {};

  /** The gates of all steps, {@code [T, E, gateWidth]}. */
  float[] gates = {};

  /** The states h before each step, {@code [T, E, width]}. */
  float[] before = {};

  /** Those of one step, {@code [E, width]}. */
  float[] stepBefore = {};

  /** That whose hyperbolic tangent the outputs of one step are made of, {@code [E, width]}. */
  float[] squashed = {};

  /** The gradients of one step's products with the states, {@code [E, gateWidth]}. */
  float[] stepGradients = {};

  /** The gradients that step t + 1 gives the states h after step t, {@code [E, width]}. */
  float[] laterGradients = {};

  RecurrentLayer(
      NetworkSpec.Layer input, NetworkSpec.Layer recurrent, int states, Kernels kernels) {
    this.kernels = kernels;
    this.input = new DenseLayer(input, kernels);
    this.recurrent = new DenseLayer(recurrent, kernels);
    units = recurrent.in();
    width = kernels.padded(units);
    gateWidth = this.input.width;
    stateSize = states * units;
  }

  static RecurrentLayer of(
      Recurrence.Kind kind, NetworkSpec.Layer input, NetworkSpec.Layer recurrent, Kernels kernels) {
    return switch (kind) {
      case LSTM -> new LstmLayer(input, recurrent, kernels);
      case GRU -> new GruLayer(input, recurrent, kernels);
      case NONE -> throw new IllegalArgumentException("there are no recurrent layers");
    };
  }

  final void load(float[] parameters) {
    input.load(parameters);
    recurrent.load(parameters);
  }

  void reserve(int rows) {
    input.reserve(rows);
    recurrent.reserve(rows);
    gates = new float[rows * gateWidth];
    outputs = new float[rows * width];
    outputGradients = new float[rows * width];
    before = new float[rows * width];
    stepBefore = new float[rows * width];
    squashed = new float[rows * width];
    stepGradients = new float[rows * gateWidth];
    laterGradients = new float[rows * width];
  }

  /**
   * Computes {@link #outputs} and the states after the last step.
   *
   * @param x the inputs, {@code [T, E, in]}; row i starts at {@code i * xStride}
   * @param memory the states, of which those of this layer start at {@code at} in each sequence's
   * @param stride the numbers of a sequence's states
   */
  final void forward(float[] x, int xStride, int rows, Memory memory, int at, int stride) {
    int n = memory.sequences;
    input.forward(x, xStride, rows);
    for (int row = 0; row < rows; row += n) {
      bringStates(row, memory, at, stride);
      recurrent.forward(stepBefore, width, n);
      step(row, memory, at, stride);
    }
    for (int e = 0; e < n; e++) {
      System.arraycopy(outputs, (rows - n + e) * width, memory.next, e * stride + at, units);
    }
    keep(rows, memory, at, stride);
  }

  private void bringStates(int row, Memory memory, int at, int stride) {
    int n = memory.sequences;
    for (int e = 0; e < n; e++) {
      int to = (row + e) * width;
      if (memory.starts[row + e]) {
        Arrays.fill(before, to, to + units, 0);
      } else if (row == 0) {
        System.arraycopy(memory.states, e * stride + at, before, to, units);
      } else {
        System.arraycopy(outputs, to - n * width, before, to, units);
      }
    }
    System.arraycopy(before, row * width, stepBefore, 0, n * width);
  }

  /**
   * Computes the gates and the outputs of a step, given the products with its inputs and its
   * states. There is one call of the kernel for both phases: inlined twice into this method, it
   * would box its vectors, a megabyte in an iteration of CartPole.
   */
  private void step(int row, Memory memory, int at, int stride) {
    int n = memory.sequences;
    float[] numbers = recurrent.outputs;
    int size = n * gateWidth;
    addInputs(row, n);
    for (int phase = 0; phase < 2; phase++) {
      kernels.tanh(size, numbers);
      if (phase == 0) {
        combineGates(row, memory, at, stride);
        numbers = squashed;
        size = n * width;
      }
    }
    writeOutputs(row, n);
  }

  /**
   * Adds the products with the inputs of step {@code row} to those with the states, {@code
   * recurrent.outputs [E, gateWidth]}; where the logistic function follows, half of the sum.
   */
  abstract void addInputs(int row, int n);

  /**
   * Writes the gates of the step to {@link #gates}, given hyperbolic tangents of those sums, and to
   * {@link #squashed} that whose hyperbolic tangent the outputs are made of.
   */
  abstract void combineGates(int row, Memory memory, int at, int stride);

  /** Writes the outputs of the step, given the hyperbolic tangents {@link #squashed}. */
  abstract void writeOutputs(int row, int n);

  /** Writes the states after the last step other than h. */
  void keep(int rows, Memory memory, int at, int stride) {}

  /**
   * Runs the backward pass through time over the rows of the last {@link #forward}: reads {@link
   * #outputGradients} and writes those of the parameters to their places in {@code gradients}.
   */
  final void backward(float[] x, int xStride, int rows, Memory memory, float[] gradients) {
    int n = memory.sequences;
    beginBackward(n);
    Arrays.fill(laterGradients, 0, n * width, 0);
    for (int row = rows - n; row >= 0; row -= n) {
      kernels.add(n * width, outputGradients, row * width, laterGradients, 0);
      stepBackward(row, memory);
      for (int e = 0; e < n; e++) {
        if (memory.starts[row + e]) {
          Arrays.fill(laterGradients, e * width, e * width + width, 0);
        }
      }
    }
    input.backwardParameters(x, xStride, rows, gradients);
    recurrent.backwardParameters(before, width, rows, gradients);
  }

  /** Prepares a backward pass over {@code n} sequences. */
  void beginBackward(int n) {}

  /**
   * Computes the gradients of a step's products, and replaces {@link #laterGradients}, those of its
   * outputs, by those of the states before it.
   */
  abstract void stepBackward(int row, Memory memory);

  /** Returns the logistic function of x, given tanh(x / 2). */
  static float logistic(float tanhOfHalf) {
    return Math.fma(0.5f, tanhOfHalf, 0.5f);
  }

  /** Writes the gradients with respect to the inputs, {@code [T, E, in]}, in padded rows. */
  final void backwardInputs(int rows, float[] inputGradients) {
    input.backwardInputs(rows, inputGradients);
  }
}
