package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * An image among the inputs of networks, and the convolutions that it passes through.
 *
 * <p>An image of bytes is divided by 255 in the network. One of floats is not.
 *
 * @param height the rows of pixels
 * @param width the columns of pixels
 * @param channels the numbers of a pixel
 * @param channelsFirst whether the image is {@code [channels, height, width]}; otherwise {@code
 *     [height, width, channels]}
 * @param bytes whether it is among the {@linkplain ActorCritic#images images of bytes}; otherwise
 *     among the float inputs
 * @param cnn the convolutions; not AUTO or NONE
 */
public record ImageInput(
    int height, int width, int channels, boolean channelsFirst, boolean bytes, Cnn cnn) {

  /**
   * One convolution's place in a chain.
   *
   * @param in the numbers of a patch, {@code kernel * kernel * channels}
   * @param out the channels of its output
   */
  record Patch(int in, int out) {}

  /** The smallest image that {@link Cnn#NATURE} can take. */
  private static final int NATURE_PIXELS = 36;

  /**
   * Returns the images that observations of {@code space} are or have, in order. Of the parts of a
   * {@link Space.Tuple}, images are the boxes of three dimensions, and those of two whose dtype is
   * {@link DType#UINT8}; other parts join what leaves the convolutions, as in SB3's {@code
   * CombinedExtractor}.
   *
   * @throws InvalidHyperparameterException if convolutions are demanded that do not fit the space
   */
  public static List<ImageInput> all(Space space, Cnn cnn) {
    if (!(space instanceof Space.Tuple tuple)) {
      return of(space, cnn).stream().toList();
    }
    List<ImageInput> images = new ArrayList<>();
    for (Space leaf : tuple.leaves()) {
      if (leaf instanceof Space.Box box && isImage(box)) {
        of(box, cnn).ifPresent(images::add);
      }
    }
    if (images.isEmpty() && cnn.kind() != Cnn.Kind.AUTO && cnn.kind() != Cnn.Kind.NONE) {
      throw noImage(space, cnn);
    }
    return images;
  }

  /**
   * Returns the boxes of three dimensions, which may be images, that {@link Cnn#AUTO} takes as rows
   * of numbers: they are small, or not of {@link DType#UINT8}.
   */
  public static List<Space.Box> rows(Space space) {
    List<Space.Box> rows = new ArrayList<>();
    for (Space leaf : space.leaves()) {
      if (leaf instanceof Space.Box box && box.shape().length == 3 && of(box, Cnn.AUTO).isEmpty()) {
        rows.add(box);
      }
    }
    return rows;
  }

  private static boolean isImage(Space.Box box) {
    int dimensions = box.shape().length;
    return dimensions == 3 || (dimensions == 2 && box.dtype() == DType.UINT8);
  }

  /**
   * Returns the image that observations of {@code space} are, if they are one that {@code cnn}
   * applies to.
   *
   * <p>An image is a Box of two dimensions, or of three, the channels of which are the smaller of
   * the first and the last. {@link Cnn#AUTO} applies to images of {@link DType#UINT8} of at least
   * {@value #NATURE_PIXELS} by {@value #NATURE_PIXELS} pixels.
   *
   * @throws InvalidHyperparameterException if convolutions are demanded that do not fit the space
   */
  public static Optional<ImageInput> of(Space space, Cnn cnn) {
    if (cnn.kind() == Cnn.Kind.NONE) {
      return Optional.empty();
    }
    boolean isAuto = cnn.kind() == Cnn.Kind.AUTO;
    int[] shape = space instanceof Space.Box box ? box.shape() : new int[0];
    if (!(space instanceof Space.Box box) || shape.length < 2 || shape.length > 3) {
      if (isAuto) {
        return Optional.empty();
      }
      throw noImage(space, cnn);
    }
    boolean first = channelsFirst(shape);
    int height = shape[first ? 1 : 0];
    int width = shape[first ? 2 : 1];
    boolean bytes = box.dtype() == DType.UINT8;
    if (isAuto && (!bytes || Math.min(height, width) < NATURE_PIXELS)) {
      return Optional.empty();
    }
    return Optional.of(
        new ImageInput(height, width, channels(shape), first, bytes, isAuto ? Cnn.NATURE : cnn));
  }

  private static boolean channelsFirst(int[] shape) {
    return shape.length == 3 && shape[0] < shape[2];
  }

  private static int channels(int[] shape) {
    return shape.length == 2 ? 1 : shape[channelsFirst(shape) ? 0 : 2];
  }

  private static InvalidHyperparameterException noImage(Space space, Cnn cnn) {
    return new InvalidHyperparameterException(
        "cnn %s needs observations that are an image, a Box of 2 or 3 dimensions, but they are %s; use cnn none"
            .formatted(cnn, space),
        "cnn");
  }

  /** Returns whether values of {@code space} are images of this size and type. */
  public boolean fits(Space space) {
    if (!(space instanceof Space.Box box) || box.shape().length < 2 || box.shape().length > 3) {
      return false;
    }
    int[] shape = box.shape();
    return (box.dtype() == DType.UINT8) == bytes
        && channelsFirst(shape) == channelsFirst
        && shape[channelsFirst ? 1 : 0] == height
        && shape[channelsFirst ? 2 : 1] == width
        && channels(shape) == channels;
  }

  /** Returns the image in words, such as {@code 84 x 84 pixels, 4 channels first}. */
  public String text() {
    return "%d x %d pixels, %s%s"
        .formatted(
            height,
            width,
            channels == 1 ? "1 channel" : channels + " channels",
            channels == 1 ? "" : channelsFirst ? " first" : " last");
  }

  /** Creates the description; throws if the convolutions do not fit the image. */
  public ImageInput {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "an image needs pixels, but got %d x %d of %d channels"
              .formatted(height, width, channels));
    }
    walk(height, width, channels, cnn, new ArrayList<>());
  }

  /** Returns the number of numbers of the image. */
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /**
   * Returns the number of frames that the image may be a stack of: its channels if they come first;
   * otherwise it is one.
   */
  public int frames() {
    return channelsFirst ? channels : 1;
  }

  /** Returns the number of numbers that leave the convolutions, row by row, channels last. */
  public int outputs() {
    return walk(height, width, channels, cnn, new ArrayList<>());
  }

  /** Returns the convolutions that have parameters, from the image upwards. */
  List<Patch> patches() {
    List<Patch> patches = new ArrayList<>();
    walk(height, width, channels, cnn, patches);
    return patches;
  }

  private static int walk(int height, int width, int channels, Cnn cnn, List<Patch> patches) {
    long h = height;
    long w = width;
    int c = channels;
    for (Cnn.Stage stage : cnn.stages()) {
      switch (stage) {
        case Cnn.Convolution each -> {
          patches.add(new Patch(requirePatch(each.kernel(), c, cnn), each.channels()));
          if (h + 2L * each.padding() < each.kernel() || w + 2L * each.padding() < each.kernel()) {
            throw new InvalidHyperparameterException(
                "an image of %d x %d pixels is too small for cnn %s: %d x %d pixels reach its kernels of %d x %d; use larger images, smaller kernels, or cnn none"
                    .formatted(height, width, cnn, h, w, each.kernel(), each.kernel()),
                "cnn");
          }
          h = output(h, each);
          w = output(w, each);
          c = each.channels();
        }
        case Cnn.Block(int blockChannels) -> {
          patches.add(new Patch(requirePatch(3, c, cnn), blockChannels));
          for (int i = 0; i < 4; i++) {
            patches.add(new Patch(9 * blockChannels, blockChannels));
          }
          h = (h + 1) / 2;
          w = (w + 1) / 2;
          c = blockChannels;
        }
      }
    }
    long outputs = Sizes.product(h, w, c);
    if (outputs > Sizes.MAX_ARRAY) {
      throw new InvalidHyperparameterException(
          "cnn %s makes %s numbers of an image of %d x %d pixels, more than the %d of an array; use larger strides or smaller images"
              .formatted(cnn, Sizes.text(outputs), height, width, Sizes.MAX_ARRAY),
          "cnn");
    }
    return (int) outputs;
  }

  private static int requirePatch(int kernel, int channels, Cnn cnn) {
    long size = Sizes.product(kernel, kernel, channels);
    if (size > Sizes.MAX_ARRAY) {
      throw new InvalidHyperparameterException(
          "cnn %s has patches of %s numbers, more than the %d of an array; use smaller kernels"
              .formatted(cnn, Sizes.text(size), Sizes.MAX_ARRAY),
          "cnn");
    }
    return (int) size;
  }

  static long output(long size, Cnn.Convolution convolution) {
    return (size + 2L * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
  }
}
