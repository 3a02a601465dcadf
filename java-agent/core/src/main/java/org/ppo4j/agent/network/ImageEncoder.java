package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.ppo4j.agent.kernel.Kernels;

/** The convolutions of one image, forward and backward, row by row. */
final class ImageEncoder {
  private final ImageInput image;
  private final Kernels kernels;
  private final List<ImageLayer> layers = new ArrayList<>();

  /** The image of a row as floats. */
  private final float[] pixels;

  /** Two arrays for gradients, the second of which belongs to the layer below. */
  private float[] upper;

  private float[] lower;

  ImageEncoder(ImageInput image, List<NetworkSpec.Layer> places, Kernels kernels) {
    this.image = image;
    this.kernels = kernels;
    pixels = new float[image.size()];
    Grid grid =
        image.channelsFirst()
            ? Grid.channelsFirst(image.height(), image.width(), image.channels())
            : Grid.channelsLast(image.height(), image.width(), image.channels(), image.channels());
    Iterator<NetworkSpec.Layer> place = places.iterator();
    for (Cnn.Stage stage : image.cnn().stages()) {
      switch (stage) {
        case Cnn.Convolution convolution ->
            layers.add(new ConvolutionLayer(place.next(), grid, convolution, true, kernels));
        case Cnn.Block(int channels) -> {
          Cnn.Convolution same = new Cnn.Convolution(channels, 3, 1, 1);
          layers.add(new ConvolutionLayer(place.next(), grid, same, false, kernels));
          layers.add(new PoolingLayer(layers.getLast().output()));
          for (int i = 0; i < 2; i++) {
            Grid pooled = layers.getLast().output();
            layers.add(new ResidualLayer(place.next(), place.next(), pooled, kernels));
          }
        }
      }
      grid = layers.getLast().output();
    }
    if (!(layers.getLast() instanceof ConvolutionLayer)) {
      layers.add(new RectifierLayer(grid, kernels));
    }
    int longest = layers.stream().mapToInt(layer -> layer.output().length()).max().orElseThrow();
    upper = new float[longest];
    lower = new float[longest];
  }

  void reserve(int rows) {
    layers.forEach(layer -> layer.reserve(rows));
  }

  void load(float[] parameters) {
    layers.forEach(layer -> layer.load(parameters));
  }

  void begin() {
    layers.forEach(ImageLayer::begin);
  }

  void store(float[] gradients) {
    layers.forEach(layer -> layer.store(gradients));
  }

  /** Takes the next row's image from bytes, each divided by 255. */
  void read(byte[] bytes, int from) {
    kernels.fromBytes(pixels.length, bytes, from, pixels);
  }

  /** Takes the next row's image from floats. */
  void read(float[] floats, int from) {
    System.arraycopy(floats, from, pixels, 0, pixels.length);
  }

  /** Writes the {@link ImageInput#outputs} numbers of the image that was read to {@code out}. */
  void forward(int row, float[] out, int at) {
    float[] x = pixels;
    for (ImageLayer layer : layers) {
      x = layer.forward(row, x);
    }
    Grid top = layers.getLast().output();
    for (int i = 0; i < top.height() * top.width(); i++) {
      System.arraycopy(x, i * top.pixelStride(), out, at + i * top.channels(), top.channels());
    }
  }

  /**
   * Adds the row's part to the gradients of the parameters. The image that was read must be that of
   * the row's last {@link #forward}.
   *
   * @param gradients has at {@code at} the gradients with respect to the row's outputs
   */
  void backward(int row, float[] gradients, int at) {
    Grid top = layers.getLast().output();
    for (int i = 0; i < top.height() * top.width(); i++) {
      System.arraycopy(
          gradients, at + i * top.channels(), upper, i * top.pixelStride(), top.channels());
      for (int pad = top.channels(); pad < top.pixelStride(); pad++) {
        upper[i * top.pixelStride() + pad] = 0;
      }
    }
    for (int i = layers.size() - 1; i >= 0; i--) {
      float[] x = i == 0 ? pixels : layers.get(i - 1).output(row);
      layers.get(i).backward(row, x, upper, i == 0 ? null : lower);
      float[] used = upper;
      upper = lower;
      lower = used;
    }
  }

  ImageInput image() {
    return image;
  }
}
