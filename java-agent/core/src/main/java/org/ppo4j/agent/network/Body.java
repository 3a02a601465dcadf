package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The part of an actor or a critic below its heads and recurrent layers: convolutions of each
 * image, and the hidden layers, which take what leaves the convolutions and the inputs that are not
 * images.
 */
final class Body {
  final Trunk trunk;

  /** What the first hidden layer takes, {@code [rows, features]}. */
  float[] joined = {};

  /** The gradients with respect to {@link #joined}, {@code [rows, padded features]}. */
  float[] joinedGradients = {};

  private final NetworkSpec spec;
  private final int imageBytes;
  private final int paddedFeatures;
  private final List<ImageEncoder> encoders = new ArrayList<>();

  /**
   * Creates a body.
   *
   * @param paddedFeatures the inputs of the first hidden layer, padded; the actor may take fewer
   *     than are joined
   */
  Body(
      NetworkSpec spec,
      List<NetworkSpec.Layer> convolutions,
      Trunk trunk,
      int paddedFeatures,
      Kernels kernels) {
    this.spec = spec;
    imageBytes = spec.imageBytes();
    this.trunk = trunk;
    this.paddedFeatures = paddedFeatures;
    int at = 0;
    for (ImageInput image : spec.images()) {
      int end = at + image.patches().size();
      encoders.add(new ImageEncoder(image, convolutions.subList(at, end), kernels));
      at = end;
    }
  }

  void loadConvolutions(float[] parameters) {
    for (ImageEncoder encoder : encoders) {
      encoder.load(parameters);
    }
  }

  void reserve(int rows) {
    encoders.forEach(each -> each.reserve(rows));
    trunk.reserve(rows);
    joined = new float[rows * spec.features()];
    joinedGradients = new float[encoders.isEmpty() ? 0 : rows * paddedFeatures];
  }

  boolean hasImages() {
    return !encoders.isEmpty();
  }

  /**
   * Computes convolutions and hidden layers.
   *
   * @param inputs the inputs of all rows, {@code [.., inputs]}
   * @param images the images of bytes of all rows
   * @param from the first row to compute
   * @param rows the number of rows to compute
   */
  void forward(float[] inputs, byte[] images, int from, int rows) {
    int features = spec.features();
    for (int row = 0; row < rows; row++) {
      int at = row * features;
      for (int i = 0; i < encoders.size(); i++) {
        read(i, from + row, inputs, images);
        encoders.get(i).forward(row, joined, at);
        at += encoders.get(i).image().outputs();
      }
      int others = (row + 1) * features - at;
      System.arraycopy(inputs, (from + row + 1) * spec.inputs() - others, joined, at, others);
    }
    trunk.forward(joined, rows);
  }

  /** Runs the convolutions' backward pass, given {@link #joinedGradients}. */
  void backwardConvolutions(float[] inputs, byte[] images, int from, int rows, float[] gradients) {
    encoders.forEach(ImageEncoder::begin);
    for (int row = 0; row < rows; row++) {
      int at = row * paddedFeatures;
      for (int i = 0; i < encoders.size(); i++) {
        read(i, from + row, inputs, images);
        encoders.get(i).backward(row, joinedGradients, at);
        at += encoders.get(i).image().outputs();
      }
    }
    encoders.forEach(each -> each.store(gradients));
  }

  /** Reads image {@code i} of a row. */
  private void read(int i, int row, float[] inputs, byte[] images) {
    int bytesAt = row * imageBytes;
    int floatsAt = row * spec.inputs();
    for (int before = 0; before < i; before++) {
      ImageInput image = spec.images().get(before);
      if (image.bytes()) {
        bytesAt += image.size();
      } else {
        floatsAt += image.size();
      }
    }
    if (spec.images().get(i).bytes()) {
      encoders.get(i).read(images, bytesAt);
    } else {
      encoders.get(i).read(inputs, floatsAt);
    }
  }
}
