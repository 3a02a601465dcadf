package org.ppo4j.agent.network;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/** Replaces each number by {@code max(x, 0)}. */
final class RectifierLayer implements ImageLayer {
  private final Grid grid;
  private final Kernels kernels;
  private float[][] outputs = {};

  RectifierLayer(Grid grid, Kernels kernels) {
    this.grid = grid;
    this.kernels = kernels;
  }

  @Override
  public Grid output() {
    return grid;
  }

  @Override
  public void reserve(int rows) {
    outputs = new float[rows][grid.length()];
  }

  @Override
  public float[] output(int row) {
    return outputs[row];
  }

  @Override
  public float[] forward(int row, float[] x) {
    System.arraycopy(x, 0, outputs[row], 0, grid.length());
    kernels.relu(grid.length(), outputs[row]);
    return outputs[row];
  }

  @Override
  public void backward(
      int row, float[] x, float[] outputGradients, float @Nullable [] inputGradients) {
    if (inputGradients != null) {
      kernels.reluGradient(grid.length(), outputs[row], outputGradients);
      System.arraycopy(outputGradients, 0, inputGradients, 0, grid.length());
    }
  }
}
