package org.ppo4j.agent.network;

import org.ppo4j.agent.kernel.Kernels;

/**
 * Gated recurrent unit, as PyTorch's {@code nn.GRU}:
 *
 * <pre>
 *   r = logistic(x Wr + h Ur)   z = logistic(x Wz + h Uz)   n = tanh(x Wn + r (h Un))
 *   h' = (1 - z) n + z h
 * </pre>
 *
 * <p>A row of gates is r, z, n. Each product has its own biases, that of {@code h Un} within the
 * brackets.
 */
final class GruLayer extends RecurrentLayer {
  /** The products {@code h Un} of all steps, {@code [T, E, width]}. */
  private float[] candidates = {};

  /** The parts of the gradients that pass the products with the states by, {@code [E, width]}. */
  private float[] direct = {};

  /** The gradients of one step's products with the inputs, {@code [E, gateWidth]}. */
  private float[] stepInputGradients = {};

  GruLayer(NetworkSpec.Layer input, NetworkSpec.Layer recurrent, Kernels kernels) {
    super(input, recurrent, 1, kernels);
  }

  @Override
  void reserve(int rows) {
    super.reserve(rows);
    candidates = new float[rows * width];
    direct = new float[rows * width];
    stepInputGradients = new float[rows * gateWidth];
  }

  @Override
  void addInputs(int row, int n) {
    float[] sums = recurrent.outputs;
    for (int e = 0; e < n; e++) {
      int gate = e * gateWidth;
      int in = (row + e) * gateWidth;
      System.arraycopy(sums, gate + 2 * units, candidates, (row + e) * width, units);
      for (int u = 0; u < 2 * units; u++) {
        sums[gate + u] = 0.5f * (sums[gate + u] + input.outputs[in + u]);
      }
    }
  }

  @Override
  void combineGates(int row, Memory memory, int at, int stride) {
    float[] sums = recurrent.outputs;
    for (int e = 0; e < memory.sequences; e++) {
      int gate = e * gateWidth;
      int in = (row + e) * gateWidth;
      int to = (row + e) * width;
      for (int u = 0; u < 2 * units; u++) {
        gates[in + u] = logistic(sums[gate + u]);
      }
      for (int u = 0; u < units; u++) {
        squashed[e * width + u] =
            Math.fma(gates[in + u], candidates[to + u], input.outputs[in + 2 * units + u]);
      }
    }
  }

  @Override
  void writeOutputs(int row, int n) {
    for (int e = 0; e < n; e++) {
      int in = (row + e) * gateWidth;
      int to = (row + e) * width;
      System.arraycopy(squashed, e * width, gates, in + 2 * units, units);
      for (int u = 0; u < units; u++) {
        float candidate = gates[in + 2 * units + u];
        outputs[to + u] = Math.fma(gates[in + units + u], before[to + u] - candidate, candidate);
      }
    }
  }

  @Override
  void stepBackward(int row, Memory memory) {
    int n = memory.sequences;
    for (int e = 0; e < n; e++) {
      int to = (row + e) * width;
      int gate = (row + e) * gateWidth;
      int step = e * gateWidth;
      for (int u = 0; u < units; u++) {
        float r = gates[gate + u];
        float z = gates[gate + units + u];
        float candidate = gates[gate + 2 * units + u];
        float dh = laterGradients[e * width + u];
        float dn = dh * (1 - z) * Math.fma(-candidate, candidate, 1f);
        float dr = dn * candidates[to + u] * r * (1 - r);
        float dz = dh * (before[to + u] - candidate) * z * (1 - z);
        stepInputGradients[step + u] = dr;
        stepInputGradients[step + units + u] = dz;
        stepInputGradients[step + 2 * units + u] = dn;
        stepGradients[step + u] = dr;
        stepGradients[step + units + u] = dz;
        stepGradients[step + 2 * units + u] = dn * r;
        direct[e * width + u] = dh * z;
      }
    }
    System.arraycopy(stepInputGradients, 0, input.outputGradients, row * gateWidth, n * gateWidth);
    System.arraycopy(stepGradients, 0, recurrent.outputGradients, row * gateWidth, n * gateWidth);
    recurrent.backwardInputs(n, stepGradients, laterGradients);
    kernels.add(n * width, direct, 0, laterGradients, 0);
  }
}
