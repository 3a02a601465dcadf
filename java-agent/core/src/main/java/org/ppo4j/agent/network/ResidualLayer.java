package org.ppo4j.agent.network;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/** {@code x + conv(relu(conv(relu(x))))}, with convolutions of 3 x 3 that keep the size. */
final class ResidualLayer implements ImageLayer {
  private final Kernels kernels;
  private final Grid grid;
  private final RectifierLayer rectifier;
  private final ConvolutionLayer first;
  private final ConvolutionLayer second;
  private final float[] skipped;
  private final float[] between;
  private float[][] outputs = {};

  ResidualLayer(
      NetworkSpec.Layer firstPlace, NetworkSpec.Layer secondPlace, Grid grid, Kernels kernels) {
    this.kernels = kernels;
    this.grid = grid;
    Cnn.Convolution same = new Cnn.Convolution(grid.channels(), 3, 1, 1);
    rectifier = new RectifierLayer(grid, kernels);
    first = new ConvolutionLayer(firstPlace, grid, same, true, kernels);
    second = new ConvolutionLayer(secondPlace, first.output(), same, false, kernels);
    skipped = new float[grid.length()];
    between = new float[grid.length()];
  }

  @Override
  public Grid output() {
    return grid;
  }

  @Override
  public void reserve(int rows) {
    rectifier.reserve(rows);
    first.reserve(rows);
    second.reserve(rows);
    outputs = new float[rows][grid.length()];
  }

  @Override
  public float[] output(int row) {
    return outputs[row];
  }

  @Override
  public float[] forward(int row, float[] x) {
    float[] learnt = second.forward(row, first.forward(row, rectifier.forward(row, x)));
    System.arraycopy(x, 0, outputs[row], 0, grid.length());
    kernels.add(grid.length(), learnt, 0, outputs[row], 0);
    return outputs[row];
  }

  @Override
  public void backward(
      int row, float[] x, float[] outputGradients, float @Nullable [] inputGradients) {
    System.arraycopy(outputGradients, 0, skipped, 0, grid.length());
    second.backward(row, first.output(row), outputGradients, between);
    first.backward(row, rectifier.output(row), between, outputGradients);
    if (inputGradients != null) {
      rectifier.backward(row, x, outputGradients, inputGradients);
      kernels.add(grid.length(), skipped, 0, inputGradients, 0);
    }
  }

  @Override
  public void load(float[] parameters) {
    first.load(parameters);
    second.load(parameters);
  }

  @Override
  public void begin() {
    first.begin();
    second.begin();
  }

  @Override
  public void store(float[] gradients) {
    first.store(gradients);
    second.store(gradients);
  }
}
