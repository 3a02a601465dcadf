package org.ppo4j.agent.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * A convolution, optionally followed by a rectifier.
 *
 * <p>It is a product of patches {@code [positions, K]} and weights {@code [K, channels]}. Forward,
 * and for the gradients of the weights, the patches are read in place through tables ({@link
 * Kernels#multiplyGathered}). The gradients of patches are computed {@value #POSITIONS} positions
 * at a time, so that they stay in the cache, and added to the pixels that they came from.
 */
final class ConvolutionLayer implements ImageLayer {
  /** Positions whose patches are differentiated at once. */
  private static final int POSITIONS = 16;

  private final Kernels kernels;
  private final NetworkSpec.Layer place;
  private final boolean rectified;
  private final Grid input;
  private final Grid output;
  private final int padding;

  /** The input with its border of zeros, the input itself if it needs none. */
  private final Grid padded;

  private final int kernel;
  private final int positions;

  /** Where the patch of each position starts, {@code [positions]}. */
  private final int[] patchAt;

  /** Where the numbers of a patch are, {@code [K]}: by row, by column, by channel. */
  private final int[] numberAt;

  private final int width;
  private final int patchWidth;
  private final float[] weights;
  private final float[] transposed;
  private final float[] biases;
  private final float[] zeros;
  private final float[] weightGradients;
  private final float[] biasGradients;
  private final float[] sums;
  private final float[] border;
  private final float[] borderGradients;
  private final float[] someGradients;
  private final float[] somePatches;
  private float[][] outputs = {};

  ConvolutionLayer(
      NetworkSpec.Layer place,
      Grid input,
      Cnn.Convolution convolution,
      boolean rectified,
      Kernels kernels) {
    this.kernels = kernels;
    this.place = place;
    this.input = input;
    this.rectified = rectified;
    kernel = convolution.kernel();
    padding = convolution.padding();
    padded =
        padding == 0
            ? input
            : Grid.channelsLast(
                input.height() + 2 * padding,
                input.width() + 2 * padding,
                input.channels(),
                input.channels());
    width = kernels.padded(place.out());
    patchWidth = kernels.padded(place.in());
    output =
        Grid.channelsLast(
            (int) ImageInput.output(input.height(), convolution),
            (int) ImageInput.output(input.width(), convolution),
            place.out(),
            width);
    positions = output.height() * output.width();
    patchAt = new int[positions];
    for (int i = 0; i < positions; i++) {
      int y = i / output.width() * convolution.stride();
      patchAt[i] = padded.at(y, i % output.width() * convolution.stride(), 0);
    }
    numberAt = new int[place.in()];
    for (int i = 0; i < numberAt.length; i++) {
      int pixel = i / input.channels();
      numberAt[i] = padded.at(pixel / kernel, pixel % kernel, i % input.channels());
    }
    weights = new float[place.in() * width];
    transposed = new float[place.out() * patchWidth];
    biases = new float[width];
    zeros = new float[patchWidth];
    weightGradients = new float[weights.length];
    biasGradients = new float[width];
    sums = new float[width];
    border = new float[padding == 0 ? 0 : padded.length()];
    borderGradients = new float[border.length];
    someGradients = new float[POSITIONS * width];
    somePatches = new float[POSITIONS * patchWidth];
  }

  @Override
  public Grid output() {
    return output;
  }

  @Override
  public void reserve(int rows) {
    outputs = new float[rows][output.length()];
  }

  @Override
  public float[] output(int row) {
    return outputs[row];
  }

  @Override
  public void load(float[] parameters) {
    System.arraycopy(parameters, place.biases(), biases, 0, place.out());
    for (int i = 0; i < place.in(); i++) {
      int row = place.weights() + i * place.out();
      System.arraycopy(parameters, row, weights, i * width, place.out());
      for (int j = 0; j < place.out(); j++) {
        transposed[j * patchWidth + i] = parameters[row + j];
      }
    }
  }

  @Override
  public float[] forward(int row, float[] x) {
    float[] y = outputs[row];
    kernels.multiplyGathered(
        positions, width, place.in(), padded(x), patchAt, numberAt, weights, biases, 0, y);
    if (rectified) {
      kernels.relu(y.length, y);
    }
    return y;
  }

  /** Returns {@code x} with its border. */
  private float[] padded(float[] x) {
    if (padding == 0) {
      return x;
    }
    for (int y = 0; y < input.height(); y++) {
      for (int column = 0; column < input.width(); column++) {
        int to = padded.at(y + padding, column + padding, 0);
        for (int channel = 0; channel < input.channels(); channel++) {
          border[to + channel] = x[input.at(y, column, channel)];
        }
      }
    }
    return border;
  }

  @Override
  public void begin() {
    Arrays.fill(weightGradients, 0);
    Arrays.fill(biasGradients, 0);
  }

  @Override
  public void backward(
      int row, float[] x, float[] outputGradients, float @Nullable [] inputGradients) {
    if (rectified) {
      kernels.reluGradient(output.length(), outputs[row], outputGradients);
    }
    kernels.multiplyGathered(
        place.in(),
        width,
        positions,
        padded(x),
        numberAt,
        patchAt,
        outputGradients,
        weightGradients,
        width,
        weightGradients);
    Arrays.fill(sums, 0);
    kernels.addColumnSums(positions, width, outputGradients, sums);
    kernels.add(width, sums, 0, biasGradients, 0);
    if (inputGradients != null) {
      backwardInputs(outputGradients, inputGradients);
    }
  }

  private void backwardInputs(float[] outputGradients, float[] inputGradients) {
    float[] target = padding == 0 ? inputGradients : borderGradients;
    Arrays.fill(target, 0, padded.length(), 0);
    for (int from = 0; from < positions; from += POSITIONS) {
      int count = Math.min(POSITIONS, positions - from);
      System.arraycopy(outputGradients, from * width, someGradients, 0, count * width);
      kernels.multiply(
          count, patchWidth, place.out(), someGradients, width, 1, transposed, zeros, somePatches);
      for (int i = 0; i < count; i++) {
        scatter(i * patchWidth, patchAt[from + i], target);
      }
    }
    if (padding > 0) {
      removeBorder(inputGradients);
    }
  }

  /** Adds the gradients of a patch to those of its pixels. */
  private void scatter(int patch, int to, float[] target) {
    int channels = input.channels();
    if (padded.pixelStride() == channels && padded.channelStride() == 1) {
      for (int y = 0; y < kernel; y++) {
        int run = kernel * channels;
        kernels.add(run, somePatches, patch + y * run, target, to + y * padded.rowStride());
      }
      return;
    }
    for (int i = 0; i < numberAt.length; i++) {
      target[to + numberAt[i]] += somePatches[patch + i];
    }
  }

  private void removeBorder(float[] inputGradients) {
    for (int y = 0; y < input.height(); y++) {
      for (int column = 0; column < input.width(); column++) {
        int from = padded.at(y + padding, column + padding, 0);
        for (int channel = 0; channel < input.channels(); channel++) {
          inputGradients[input.at(y, column, channel)] = borderGradients[from + channel];
        }
      }
    }
  }

  @Override
  public void store(float[] gradients) {
    for (int i = 0; i < place.in(); i++) {
      System.arraycopy(
          weightGradients, i * width, gradients, place.weights() + i * place.out(), place.out());
    }
    System.arraycopy(biasGradients, 0, gradients, place.biases(), place.out());
  }
}
