package org.ppo4j.policy;

import java.util.Arrays;

/**
 * A convolution, immutable, from an image to another whose channels are last. Every output is
 * computed by the same operations in the same order as by the trainer: the bias first, then one
 * fused multiply-add for each number of the patch, row by row and channel by channel.
 */
final class Convolution {
  final int height;
  final int width;
  final int channels;

  /** The length of the border that {@link #forward} needs; 0 if it needs none. */
  final int borderLength;

  private final int inHeight;
  private final int inWidth;
  private final int inChannels;
  private final boolean channelsFirst;
  private final int padding;

  /** The numbers of a patch. */
  private final int in;

  /** From a position to the next one down, and to the next one across. */
  private final int rowStep;

  private final int columnStep;

  /** Where the numbers of a patch are, {@code [in]}. */
  private final int[] numberAt;

  /** {@code [in, channels]} row-major. */
  private final float[] weights;

  private final float[] biases;

  /**
   * Takes weights and then biases from {@code parameters}, from {@code at} on.
   *
   * @param channelsFirst whether the inputs are images with channels first
   */
  Convolution(
      int inHeight,
      int inWidth,
      int inChannels,
      boolean channelsFirst,
      Image.Stage stage,
      float[] parameters,
      int at) {
    this.inHeight = inHeight;
    this.inWidth = inWidth;
    this.inChannels = inChannels;
    this.channelsFirst = channelsFirst;
    padding = stage.padding();
    channels = stage.channels();
    int kernel = stage.kernel();
    int paddedHeight = inHeight + 2 * padding;
    int paddedWidth = inWidth + 2 * padding;
    height = (paddedHeight - kernel) / stage.stride() + 1;
    width = (paddedWidth - kernel) / stage.stride() + 1;
    in = kernel * kernel * inChannels;
    borderLength = padding == 0 ? 0 : paddedHeight * paddedWidth * inChannels;
    // What is copied into a border has its channels last.
    boolean first = channelsFirst && padding == 0;
    int pixel = first ? 1 : inChannels;
    int channel = first ? inHeight * inWidth : 1;
    rowStep = stage.stride() * paddedWidth * pixel;
    columnStep = stage.stride() * pixel;
    numberAt = new int[in];
    for (int i = 0; i < in; i++) {
      int each = i / inChannels;
      numberAt[i] =
          (each / kernel * paddedWidth + each % kernel) * pixel + i % inChannels * channel;
    }
    weights = Arrays.copyOfRange(parameters, at, at + in * channels);
    biases = Arrays.copyOfRange(parameters, at + in * channels, at + (in + 1) * channels);
  }

  /** Returns the number of parameters. */
  int parameters() {
    return (in + 1) * channels;
  }

  /** Returns the number of numbers of an output. */
  int size() {
    return height * width * channels;
  }

  /**
   * Computes an output.
   *
   * @param x has the image from {@code from} on
   * @param border room for the image with its border, {@code [borderLength]}; overwritten
   * @param y receives the output, {@code [size]}
   */
  void forward(float[] x, int from, float[] border, float[] y) {
    float[] image = x;
    int start = from;
    if (padding > 0) {
      surround(x, from, border);
      image = border;
      start = 0;
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int patch = start + row * rowStep + column * columnStep;
        multiply(image, patch, y, (row * width + column) * channels);
      }
    }
  }

  /** Writes the outputs of a position to {@code y} from {@code to} on. */
  private void multiply(float[] image, int patch, float[] y, int to) {
    int n = channels;
    System.arraycopy(biases, 0, y, to, n);
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      add4(
          image[patch + numberAt[i]],
          image[patch + numberAt[i + 1]],
          image[patch + numberAt[i + 2]],
          image[patch + numberAt[i + 3]],
          i * n,
          y,
          to);
    }
    for (; i < in; i++) {
      float factor = image[patch + numberAt[i]];
      for (int j = 0; j < n; j++) {
        y[to + j] = Math.fma(factor, weights[i * n + j], y[to + j]);
      }
    }
  }

  private void add4(float x0, float x1, float x2, float x3, int row, float[] y, int to) {
    float[] w = weights;
    int n = channels;
    int row1 = row + n;
    int row2 = row1 + n;
    int row3 = row2 + n;
    for (int j = 0; j < n; j++) {
      float sum = Math.fma(x0, w[row + j], y[to + j]);
      sum = Math.fma(x1, w[row1 + j], sum);
      sum = Math.fma(x2, w[row2 + j], sum);
      y[to + j] = Math.fma(x3, w[row3 + j], sum);
    }
  }

  /** Copies an image, channels last, into the middle of zeros. */
  private void surround(float[] x, int from, float[] border) {
    Arrays.fill(border, 0, borderLength, 0);
    int rowLength = inWidth * inChannels;
    int paddedRow = rowLength + 2 * padding * inChannels;
    for (int row = 0; row < inHeight; row++) {
      int to = (row + padding) * paddedRow + padding * inChannels;
      if (!channelsFirst) {
        System.arraycopy(x, from + row * rowLength, border, to, rowLength);
        continue;
      }
      for (int i = 0; i < rowLength; i++) {
        int plane = i % inChannels * inHeight * inWidth;
        border[to + i] = x[from + plane + row * inWidth + i / inChannels];
      }
    }
  }
}
