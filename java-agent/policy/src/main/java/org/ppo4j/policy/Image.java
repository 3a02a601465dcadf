package org.ppo4j.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * An image among observations, and the convolutions that it passes through.
 *
 * @param height the rows of pixels
 * @param width the columns of pixels
 * @param channels the numbers of a pixel
 * @param channelsFirst whether it is {@code [channels, height, width]}; otherwise {@code [height,
 *     width, channels]}
 * @param bytes whether its numbers are bytes, which are divided by 255; otherwise they are features
 * @param stages what it passes through, from the image upwards
 */
record Image(
    int height, int width, int channels, boolean channelsFirst, boolean bytes, List<Stage> stages) {

  private static final String NATURE = "32x8s4,64x4s2,64x3s1";

  /**
   * A convolution with square kernels, or a block of IMPALA: a convolution of 3 x 3 that keeps the
   * size, a pooling of maxima, two residual blocks.
   *
   * @param padding the rows and columns of zeros around the image
   */
  record Stage(boolean block, int channels, int kernel, int stride, int padding) {

    /** Returns the length of an output that has this length of an input. */
    long output(long length) {
      return block ? (length + 1) / 2 : (length + 2L * padding - kernel) / stride + 1;
    }
  }

  /** Reads an image of a network's description. */
  static Image of(Fields fields) {
    Image image =
        new Image(
            fields.integer("height", 1),
            fields.integer("width", 1),
            fields.integer("channels", 1),
            fields.bool("channels_first"),
            fields.bool("bytes"),
            stages(fields));
    image.requireSizes(fields);
    return image;
  }

  private static List<Stage> stages(Fields fields) {
    String text = fields.string("cnn");
    List<Stage> stages = new ArrayList<>();
    if (text.equals("impala")) {
      for (int channels : new int[] {16, 32, 32}) {
        stages.add(new Stage(true, channels, 3, 1, 1));
      }
      return stages;
    }
    for (String layer : (text.equals("nature") ? NATURE : text).split(",", -1)) {
      stages.add(stage(layer, text, fields));
    }
    return stages;
  }

  /** Reads {@code 64x4s2} or {@code 64x4s2p1}: channels, kernel, stride, padding. */
  private static Stage stage(String layer, String text, Fields fields) {
    int x = layer.indexOf('x');
    int s = layer.indexOf('s');
    int p = layer.indexOf('p') < 0 ? layer.length() : layer.indexOf('p');
    if (x < 1 || s < x || p < s) {
      throw fields.unknown("convolutions", text);
    }
    try {
      int channels = Integer.parseInt(layer.substring(0, x));
      int kernel = Integer.parseInt(layer.substring(x + 1, s));
      int stride = Integer.parseInt(layer.substring(s + 1, p));
      int padding = p == layer.length() ? 0 : Integer.parseInt(layer.substring(p + 1));
      if (channels < 1 || kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
        throw fields.contradiction("%s is not a convolution", layer);
      }
      return new Stage(false, channels, kernel, stride, padding);
    } catch (NumberFormatException e) {
      throw fields.unknown("convolutions", text);
    }
  }

  /** Requires that kernels fit what they are applied to, and arrays hold what leaves them. */
  private void requireSizes(Fields fields) {
    long h = height;
    long w = width;
    long c = channels;
    requireSize(fields, h, w, c);
    for (Stage stage : stages) {
      long paddedHeight = h + 2L * stage.padding;
      long paddedWidth = w + 2L * stage.padding;
      if (paddedHeight < stage.kernel || paddedWidth < stage.kernel) {
        throw fields.contradiction(
            "%d x %d pixels reach kernels of %d x %d", h, w, stage.kernel, stage.kernel);
      }
      requireSize(fields, paddedHeight, paddedWidth, c);
      requireSize(fields, stage.kernel, stage.kernel, c);
      requireSize(fields, h, w, stage.channels); // before the maxima of a block
      h = stage.output(h);
      w = stage.output(w);
      c = stage.channels;
      requireSize(fields, h, w, c);
    }
  }

  private static void requireSize(Fields fields, long height, long width, long channels) {
    long max = Network.MAX_PARAMETERS;
    // Each product fits a long, since what it multiplies has been found small.
    if (height > max || width > max || height * width > max || height * width * channels > max) {
      throw fields.contradiction(
          "convolutions make images of %d x %d pixels of %d numbers, more than any policy has",
          height, width, channels);
    }
  }

  /** Returns the number of numbers of the image. */
  int size() {
    return height * width * channels;
  }

  /** Returns the number of numbers that leave the convolutions. */
  int outputs() {
    long h = height;
    long w = width;
    for (Stage stage : stages) {
      h = stage.output(h);
      w = stage.output(w);
    }
    return (int) (h * w * stages.get(stages.size() - 1).channels);
  }

  /** Returns the number of parameters, or that of {@link Network#MAX_PARAMETERS} and more. */
  long parameterCount() {
    long count = 0;
    long in = channels;
    for (Stage stage : stages) {
      count += (stage.kernel * (stage.kernel * in) + 1) * stage.channels;
      if (stage.block) {
        count += 4 * (9L * stage.channels + 1) * stage.channels;
      }
      if (count > Network.MAX_PARAMETERS) {
        return count;
      }
      in = stage.channels;
    }
    return count;
  }

  /** Returns whether values of {@code space} are such images. */
  boolean fits(Space space) {
    int[] shape = space.shape;
    if (space.kind != Space.Kind.BOX
        || bytes != (space.type == Space.Type.UINT8)
        || (shape.length != 2 && shape.length != 3)) {
      return false;
    }
    boolean first = shape.length == 3 && shape[0] < shape[2];
    int at = first ? 1 : 0;
    int last = shape.length == 2 ? 1 : shape[first ? 0 : 2];
    return first == channelsFirst
        && shape[at] == height
        && shape[at + 1] == width
        && last == channels;
  }
}
