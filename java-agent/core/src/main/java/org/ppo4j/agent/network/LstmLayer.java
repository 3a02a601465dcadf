package org.ppo4j.agent.network;

import java.util.Arrays;
import org.ppo4j.agent.kernel.Kernels;

/**
 * Long short-term memory, as PyTorch's {@code nn.LSTM}. With the products of inputs and states in
 * brackets:
 *
 * <pre>
 *   i = logistic(x Wi + h Ui)   f = logistic(x Wf + h Uf)   g = tanh(x Wg + h Ug)
 *   o = logistic(x Wo + h Uo)   c' = f c + i g              h' = o tanh(c')
 * </pre>
 *
 * <p>A row of gates is i, f, g, o. Each product has its own biases.
 */
final class LstmLayer extends RecurrentLayer {
  /** The states c before each step, {@code [T, E, width]}. */
  private float[] cellsBefore = {};

  /** The states c after the last step, {@code [E, width]}. */
  private float[] cells = {};

  /** The hyperbolic tangents of c after each step, {@code [T, E, width]}. */
  private float[] allSquashed = {};

  /** The gradients that step t + 1 gives the states c after step t, {@code [E, width]}. */
  private float[] laterCellGradients = {};

  LstmLayer(NetworkSpec.Layer input, NetworkSpec.Layer recurrent, Kernels kernels) {
    super(input, recurrent, 2, kernels);
  }

  @Override
  void reserve(int rows) {
    super.reserve(rows);
    recurrent.outputGradients = input.outputGradients; // both products have the same
    cellsBefore = new float[rows * width];
    cells = new float[rows * width];
    allSquashed = new float[rows * width];
    laterCellGradients = new float[rows * width];
  }

  @Override
  void addInputs(int row, int n) {
    float[] sums = recurrent.outputs;
    kernels.add(n * gateWidth, input.outputs, row * gateWidth, sums, 0);
    for (int e = 0; e < n; e++) {
      int from = e * gateWidth;
      halve(sums, from, from + 2 * units);
      halve(sums, from + 3 * units, from + 4 * units);
    }
  }

  @Override
  void combineGates(int row, Memory memory, int at, int stride) {
    bringCells(row, memory, at, stride);
    updateCells(row, memory.sequences);
  }

  private void bringCells(int row, Memory memory, int at, int stride) {
    for (int e = 0; e < memory.sequences; e++) {
      int to = (row + e) * width;
      if (memory.starts[row + e]) {
        Arrays.fill(cellsBefore, to, to + units, 0);
      } else if (row == 0) {
        System.arraycopy(memory.states, e * stride + at + units, cellsBefore, to, units);
      } else {
        System.arraycopy(cells, e * width, cellsBefore, to, units);
      }
    }
  }

  private void updateCells(int row, int n) {
    float[] sums = recurrent.outputs;
    for (int e = 0; e < n; e++) {
      int to = (row + e) * width;
      int gate = e * gateWidth;
      int keptGate = (row + e) * gateWidth;
      for (int u = 0; u < units; u++) {
        float i = logistic(sums[gate + u]);
        float f = logistic(sums[gate + units + u]);
        float g = sums[gate + 2 * units + u];
        float c = Math.fma(f, cellsBefore[to + u], i * g);
        gates[keptGate + u] = i;
        gates[keptGate + units + u] = f;
        gates[keptGate + 2 * units + u] = g;
        gates[keptGate + 3 * units + u] = logistic(sums[gate + 3 * units + u]);
        cells[e * width + u] = c;
        squashed[e * width + u] = c;
      }
    }
  }

  @Override
  void writeOutputs(int row, int n) {
    System.arraycopy(squashed, 0, allSquashed, row * width, n * width);
    for (int e = 0; e < n; e++) {
      int output = (row + e) * gateWidth + 3 * units;
      int to = (row + e) * width;
      for (int u = 0; u < units; u++) {
        outputs[to + u] = gates[output + u] * allSquashed[to + u];
      }
    }
  }

  private static void halve(float[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] *= 0.5f;
    }
  }

  @Override
  void keep(int rows, Memory memory, int at, int stride) {
    for (int e = 0; e < memory.sequences; e++) {
      System.arraycopy(cells, e * width, memory.next, e * stride + at + units, units);
    }
  }

  @Override
  void beginBackward(int n) {
    Arrays.fill(laterCellGradients, 0, n * width, 0);
  }

  @Override
  void stepBackward(int row, Memory memory) {
    int n = memory.sequences;
    for (int e = 0; e < n; e++) {
      int to = (row + e) * width;
      int gate = (row + e) * gateWidth;
      int step = e * gateWidth;
      boolean starts = memory.starts[row + e];
      for (int u = 0; u < units; u++) {
        float i = gates[gate + u];
        float f = gates[gate + units + u];
        float g = gates[gate + 2 * units + u];
        float o = gates[gate + 3 * units + u];
        float t = allSquashed[to + u];
        float dh = laterGradients[e * width + u];
        float dc = Math.fma(dh * o, Math.fma(-t, t, 1f), laterCellGradients[e * width + u]);
        stepGradients[step + u] = dc * g * i * (1 - i);
        stepGradients[step + units + u] = dc * cellsBefore[to + u] * f * (1 - f);
        stepGradients[step + 2 * units + u] = dc * i * Math.fma(-g, g, 1f);
        stepGradients[step + 3 * units + u] = dh * t * o * (1 - o);
        laterCellGradients[e * width + u] = starts ? 0 : dc * f;
      }
    }
    System.arraycopy(stepGradients, 0, input.outputGradients, row * gateWidth, n * gateWidth);
    recurrent.backwardInputs(n, stepGradients, laterGradients);
  }
}
