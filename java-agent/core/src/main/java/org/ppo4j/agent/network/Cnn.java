package org.ppo4j.agent.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The convolutions that an image passes through before the hidden layers.
 *
 * <p>{@link #NATURE} is that of Mnih et al. 2015 (detail 21 of the 37), {@link #IMPALA} the small
 * residual network of Espeholt et al. 2018, as in CleanRL's {@code ppo_procgen.py}. The linear
 * layer that follows in either is a hidden layer of the configuration.
 *
 * @param kind which convolutions
 * @param layers the convolutions of a {@link Kind#LIST}; empty for the other kinds
 */
public record Cnn(Kind kind, List<Convolution> layers) {

  /** What decides on the convolutions. */
  public enum Kind {
    /** {@link #NATURE} for images that are large enough for it, otherwise {@link #NONE}. */
    AUTO,
    NONE,
    NATURE,
    IMPALA,
    LIST
  }

  /** Images are recognised, and pass through {@link #NATURE}. */
  public static final Cnn AUTO = new Cnn(Kind.AUTO, List.of());

  /** An image is a row of numbers as any other observation. */
  public static final Cnn NONE = new Cnn(Kind.NONE, List.of());

  /** Three convolutions: {@code 32x8s4,64x4s2,64x3s1}. */
  public static final Cnn NATURE = new Cnn(Kind.NATURE, List.of());

  /** Three blocks of 16, 32 and 32 channels, each with two residual blocks. */
  public static final Cnn IMPALA = new Cnn(Kind.IMPALA, List.of());

  private static final List<Convolution> NATURE_LAYERS =
      List.of(
          new Convolution(32, 8, 4, 0), new Convolution(64, 4, 2, 0), new Convolution(64, 3, 1, 0));

  private static final Pattern LAYER =
      Pattern.compile("(\\d{1,5})x(\\d{1,4})s(\\d{1,4})(?:p(\\d{1,4}))?");

  /** One stage of the way of an image. */
  public sealed interface Stage {}

  /**
   * A convolution with square kernels, followed by a rectifier unless it is part of another stage.
   *
   * @param channels the number of channels of its output
   * @param kernel the height and width of the kernels
   * @param stride the step between two positions, down and across
   * @param padding the rows and columns of zeros around the image
   */
  public record Convolution(int channels, int kernel, int stride, int padding) implements Stage {
    public Convolution {
      if (channels < 1 || kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
        throw new IllegalArgumentException(
            "a convolution needs at least one channel, a kernel and a stride of at least 1 and less padding than its kernel, but got %dx%ds%dp%d"
                .formatted(channels, kernel, stride, padding));
      }
    }

    @Override
    public String toString() {
      String text = "%dx%ds%d".formatted(channels, kernel, stride);
      return padding == 0 ? text : text + "p" + padding;
    }
  }

  /**
   * A block of IMPALA: a convolution, a pooling of maxima, two residual blocks. After the last
   * block a rectifier follows.
   *
   * @param channels the number of channels of its output
   */
  public record Block(int channels) implements Stage {}

  public Cnn {
    layers = List.copyOf(layers);
    if ((kind == Kind.LIST) == layers.isEmpty()) {
      throw new IllegalArgumentException("only a LIST has layers, and it needs one");
    }
  }

  /**
   * Reads {@code auto}, {@code none}, {@code nature}, {@code impala}, or a list of convolutions:
   * {@code 32x8s4,64x4s2p1} has 32 channels, kernels of 8 x 8 and a stride of 4, then 64 channels,
   * kernels of 4 x 4, a stride of 2 and a border of one zero.
   *
   * @throws IllegalArgumentException if it is something else
   */
  @JsonCreator
  public static Cnn parse(String text) {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.LIST && text.equalsIgnoreCase(kind.name())) {
        return new Cnn(kind, List.of());
      }
    }
    List<Convolution> layers = new ArrayList<>();
    for (String layer : text.split(",", -1)) {
      Matcher matcher = LAYER.matcher(layer.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "cnn '%s' is not auto, none, nature, impala or a list of convolutions such as 32x8s4,64x4s2,64x3s1 (channels x kernel s stride): '%s' is not one"
                .formatted(text, layer));
      }
      layers.add(
          new Convolution(
              Integer.parseInt(matcher.group(1)),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3)),
              matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4))));
    }
    return new Cnn(Kind.LIST, layers);
  }

  /** Returns the form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return kind == Kind.LIST
        ? layers.stream().map(Convolution::toString).collect(Collectors.joining(","))
        : kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the stages from image to features.
   *
   * @throws IllegalStateException if it is AUTO or NONE, whose stages are not known
   */
  public List<Stage> stages() {
    return switch (kind) {
      case NATURE -> List.copyOf(NATURE_LAYERS);
      case IMPALA -> List.of(new Block(16), new Block(32), new Block(32));
      case LIST -> List.copyOf(layers);
      case AUTO, NONE -> throw new IllegalStateException(this + " has no stages");
    };
  }
}
