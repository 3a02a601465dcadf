package org.ppo4j.agent.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Maxima over windows of 3 x 3 with a stride of 2 and a border of one, as PyTorch's {@code
 * MaxPool2d(3, 2, 1)}; of equal numbers, the first takes the gradient.
 */
final class PoolingLayer implements ImageLayer {
  private final Grid input;
  private final Grid output;
  private float[][] outputs = {};

  /** Where in the input each output came from. */
  private int[][] sources = {};

  PoolingLayer(Grid input) {
    this.input = input;
    output =
        Grid.channelsLast(
            (input.height() + 1) / 2,
            (input.width() + 1) / 2,
            input.channels(),
            input.pixelStride());
  }

  @Override
  public Grid output() {
    return output;
  }

  @Override
  public void reserve(int rows) {
    outputs = new float[rows][output.length()];
    sources = new int[rows][output.length()];
  }

  @Override
  public float[] output(int row) {
    return outputs[row];
  }

  @Override
  public float[] forward(int row, float[] x) {
    for (int y = 0; y < output.height(); y++) {
      for (int column = 0; column < output.width(); column++) {
        int to = output.at(y, column, 0);
        for (int channel = 0; channel < output.channels(); channel++) {
          int best = largest(x, 2 * y, 2 * column, channel);
          sources[row][to + channel] = best;
          outputs[row][to + channel] = x[best];
        }
      }
    }
    return outputs[row];
  }

  private int largest(float[] x, int centreY, int centreX, int channel) {
    int best = -1;
    for (int y = Math.max(centreY - 1, 0); y < Math.min(centreY + 2, input.height()); y++) {
      for (int column = Math.max(centreX - 1, 0);
          column < Math.min(centreX + 2, input.width());
          column++) {
        int at = input.at(y, column, channel);
        if (best < 0 || x[at] > x[best]) {
          best = at;
        }
      }
    }
    return best;
  }

  @Override
  public void backward(
      int row, float[] x, float[] outputGradients, float @Nullable [] inputGradients) {
    if (inputGradients == null) {
      return;
    }
    Arrays.fill(inputGradients, 0, input.length(), 0);
    for (int y = 0; y < output.height(); y++) {
      for (int column = 0; column < output.width(); column++) {
        int from = output.at(y, column, 0);
        for (int channel = 0; channel < output.channels(); channel++) {
          inputGradients[sources[row][from + channel]] += outputGradients[from + channel];
        }
      }
    }
  }
}
