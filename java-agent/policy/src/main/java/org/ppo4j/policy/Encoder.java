package org.ppo4j.policy;

import java.util.ArrayList;
import java.util.List;

/** The convolutions of one image, immutable. The memory that they work in is the caller's. */
final class Encoder {
  private final Image image;
  private final List<Layer> layers = new ArrayList<>();

  /** The number of parameters. */
  final int parameters;

  /** The most numbers between two layers. */
  final int width;

  /** The length of the longest image with a border. */
  final int borderLength;

  /** Takes its layers from {@code parameters}, from {@code at} on. */
  Encoder(Image image, float[] parameters, int at) {
    this.image = image;
    int height = image.height();
    int columns = image.width();
    int channels = image.channels();
    int next = at;
    int widest = 0;
    int border = 0;
    boolean endsRectified = true;
    for (Image.Stage stage : image.stages()) {
      boolean first = layers.isEmpty() && image.channelsFirst();
      Convolution convolution =
          new Convolution(height, columns, channels, first, stage, parameters, next);
      next += convolution.parameters();
      widest = Math.max(widest, convolution.size());
      border = Math.max(border, convolution.borderLength);
      layers.add(new Convolved(convolution, !stage.block()));
      endsRectified = !stage.block();
      height = convolution.height;
      columns = convolution.width;
      channels = convolution.channels;
      if (stage.block()) {
        layers.add(new Maxima(height, columns, channels));
        height = (height + 1) / 2;
        columns = (columns + 1) / 2;
        for (int i = 0; i < 2; i++) {
          Convolution lower =
              new Convolution(height, columns, channels, false, same(channels), parameters, next);
          next += lower.parameters();
          Convolution upper =
              new Convolution(height, columns, channels, false, same(channels), parameters, next);
          next += upper.parameters();
          border = Math.max(border, lower.borderLength);
          layers.add(new Residual(lower, upper));
        }
      }
    }
    if (!endsRectified) {
      layers.add(new Rectified(height * columns * channels));
    }
    this.parameters = next - at;
    width = widest;
    borderLength = border;
  }

  private static Image.Stage same(int channels) {
    return new Image.Stage(false, channels, 3, 1, 1);
  }

  Image image() {
    return image;
  }

  /**
   * Computes what leaves the convolutions.
   *
   * @param x has the image from {@code from} on
   * @param out receives {@link Image#outputs} numbers from {@code to} on
   */
  void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] out, int to) {
    float[] input = x;
    int start = from;
    for (int i = 0; i < layers.size(); i++) {
      float[] output = i % 2 == 0 ? scratch.a : scratch.b;
      layers.get(i).forward(input, start, scratch, output);
      input = output;
      start = 0;
    }
    System.arraycopy(input, 0, out, to, image.outputs());
  }

  /** A layer from images to images. */
  private interface Layer {
    /** Computes {@code y} from the image in {@code x} from {@code from} on. */
    void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] y);
  }

  private record Convolved(Convolution convolution, boolean rectified) implements Layer {
    @Override
    public void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] y) {
      convolution.forward(x, from, scratch.border, y);
      if (rectified) {
        Network.relu(convolution.size(), y);
      }
    }
  }

  /** Maxima over windows of 3 x 3 with a stride of 2 and a border of one. */
  private record Maxima(int height, int width, int channels) implements Layer {
    @Override
    public void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] y) {
      int outWidth = (width + 1) / 2;
      for (int row = 0; row < (height + 1) / 2; row++) {
        for (int column = 0; column < outWidth; column++) {
          int to = (row * outWidth + column) * channels;
          for (int channel = 0; channel < channels; channel++) {
            y[to + channel] = largest(x, from + channel, 2 * row, 2 * column);
          }
        }
      }
    }

    private float largest(float[] x, int from, int centreRow, int centreColumn) {
      int lastRow = Math.min(centreRow + 1, height - 1);
      int lastColumn = Math.min(centreColumn + 1, width - 1);
      int firstColumn = Math.max(centreColumn - 1, 0);
      int firstRow = Math.max(centreRow - 1, 0);
      float best = x[from + (firstRow * width + firstColumn) * channels];
      for (int row = firstRow; row <= lastRow; row++) {
        for (int column = firstColumn; column <= lastColumn; column++) {
          float each = x[from + (row * width + column) * channels];
          if (each > best) {
            best = each;
          }
        }
      }
      return best;
    }
  }

  /** {@code x + conv(relu(conv(relu(x))))}. */
  private record Residual(Convolution lower, Convolution upper) implements Layer {
    @Override
    public void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] y) {
      int size = upper.size();
      float[] between = scratch.between;
      System.arraycopy(x, from, between, 0, size);
      Network.relu(size, between);
      lower.forward(between, 0, scratch.border, y);
      Network.relu(size, y);
      upper.forward(y, 0, scratch.border, between);
      for (int i = 0; i < size; i++) {
        y[i] = x[from + i] + between[i];
      }
    }
  }

  private record Rectified(int size) implements Layer {
    @Override
    public void forward(float[] x, int from, ScratchPool.Scratch scratch, float[] y) {
      System.arraycopy(x, from, y, 0, size);
      Network.relu(size, y);
    }
  }
}
