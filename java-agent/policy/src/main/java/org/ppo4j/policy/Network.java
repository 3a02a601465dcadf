package org.ppo4j.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The actor of a network, immutable: convolutions of images, hidden layers, recurrent layers if it
 * remembers, a head.
 */
final class Network {
  /** The most parameters that a file may have, which bounds what loading allocates to 256 MB. */
  static final int MAX_PARAMETERS = 1 << 26;

  /** The non-linearity after each hidden layer, under the manifest's names in lower case. */
  enum Activation {
    TANH,
    RELU,
    ELU,
    LEAKY_RELU,
    SILU
  }

  /**
   * The recurrent layers between the hidden layers and the head.
   *
   * @param units the number of units of each
   * @param layers how many there are
   */
  record Recurrence(Cell.Kind kind, int units, int layers) {

    /** Returns the number of parameters, or that of {@link #MAX_PARAMETERS} and more. */
    long parameterCount(long in) {
      long count = 0;
      long below = in;
      for (int i = 0; i < layers && count <= MAX_PARAMETERS; i++) {
        count += (below + units + 2L) * kind.gates * units;
        below = units;
      }
      return count;
    }
  }

  /**
   * The shape of an actor and a critic.
   *
   * @param inputs the number of features, those of the critic
   * @param hidden the widths of the actor's hidden layers
   * @param criticHidden the widths of the critic's hidden layers, unless they are shared
   * @param outputs the number of the actor's outputs
   * @param logStdSize the number of log standard deviations
   * @param sharedTrunk whether actor and critic have their hidden layers in common
   * @param auxiliaryValue whether the critic is followed by a value head of the actor
   * @param recurrence the recurrent layers of either; null if there are none
   * @param criticOnly how many of the last features the actor does not take
   * @param images the images that pass through convolutions; those of floats are the first features
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shape(
      int inputs,
      int[] hidden,
      int[] criticHidden,
      Activation activation,
      int outputs,
      int logStdSize,
      boolean sharedTrunk,
      boolean auxiliaryValue,
      @Nullable Recurrence recurrence,
      int criticOnly,
      List<Image> images) {

    /** Returns the number of inputs of the critic's first hidden layer; may be too large. */
    long joined() {
      long joined = inputs;
      for (Image image : images) {
        joined += image.outputs() - (image.bytes() ? 0 : image.size());
      }
      return joined;
    }

    /** Returns how many of the features are images. */
    long imageFeatures() {
      long features = 0;
      for (Image image : images) {
        features += image.bytes() ? 0 : image.size();
      }
      return features;
    }

    /**
     * Returns the number of all parameters, the critic's included, or {@link Long#MAX_VALUE} if
     * there are more than {@link #MAX_PARAMETERS}.
     */
    long parameterCount() {
      long joined = joined();
      long actor = convolutions() + count(joined - criticOnly, hidden, outputs);
      long below = hidden.length == 0 ? joined - criticOnly : hidden[hidden.length - 1];
      long last = recurrence == null ? below : recurrence.units;
      long critic = sharedTrunk ? last + 1L : convolutions() + count(joined, criticHidden, 1);
      long auxiliary = auxiliaryValue ? last + 1L : 0;
      if (actor > MAX_PARAMETERS || critic > MAX_PARAMETERS) {
        return Long.MAX_VALUE;
      }
      long count = actor + logStdSize + critic + auxiliary;
      return count > MAX_PARAMETERS ? Long.MAX_VALUE : count;
    }

    private long convolutions() {
      long count = 0;
      for (int i = 0; i < images.size() && count <= MAX_PARAMETERS; i++) {
        count += images.get(i).parameterCount();
      }
      return count;
    }

    private long count(long inputs, int[] hidden, int outputs) {
      long count = 0;
      long in = inputs;
      for (int i = 0; i < hidden.length && count <= MAX_PARAMETERS; i++) {
        count += in * hidden[i] + hidden[i];
        in = hidden[i];
      }
      if (recurrence != null && count <= MAX_PARAMETERS) {
        count += recurrence.parameterCount(in);
        in = recurrence.units;
      }
      return count <= MAX_PARAMETERS ? count + in * outputs + outputs : count;
    }
  }

  final int inputs;
  final int outputs;

  /** The most numbers between two layers. */
  final int width;

  /** The numbers of all images of bytes. */
  final int pixels;

  /** The numbers that leave the convolutions, and the features that are not images; 0 for none. */
  final int joined;

  /** The most numbers between two convolutions; 0 without images. */
  final int between;

  /** The length of the longest image with a border. */
  final int borderLength;

  private final Activation activation;
  private final Encoder[] encoders;
  private final Dense[] hidden;
  private final Cell[] cells;
  private final Dense head;

  /**
   * Takes the actor from the front of {@code parameters}: layer by layer its weights, then its
   * biases.
   */
  Network(Shape shape, float[] parameters) {
    inputs = shape.inputs - shape.criticOnly;
    outputs = shape.outputs;
    activation = shape.activation;
    encoders = new Encoder[shape.images.size()];
    int at = 0;
    int bytes = 0;
    int widestImage = 0;
    int longestBorder = 0;
    for (int i = 0; i < encoders.length; i++) {
      Image image = shape.images.get(i);
      encoders[i] = new Encoder(image, parameters, at);
      at += encoders[i].parameters;
      bytes += image.bytes() ? image.size() : 0;
      widestImage = Math.max(widestImage, encoders[i].width);
      longestBorder = Math.max(longestBorder, encoders[i].borderLength);
    }
    pixels = bytes;
    between = widestImage;
    borderLength = longestBorder;
    joined = encoders.length == 0 ? 0 : (int) shape.joined() - shape.criticOnly;
    hidden = new Dense[shape.hidden.length];
    int in = encoders.length == 0 ? inputs : joined;
    int widest = Math.max(outputs, widestImage);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = new Dense(in, shape.hidden[i], parameters, at);
      at += hidden[i].parameters();
      in = shape.hidden[i];
      widest = Math.max(widest, in);
    }
    width = widest;
    Recurrence recurrence = shape.recurrence;
    cells = new Cell[recurrence == null ? 0 : recurrence.layers];
    for (int i = 0; i < cells.length && recurrence != null; i++) {
      cells[i] = new Cell(recurrence.kind, in, recurrence.units, parameters, at);
      at += cells[i].parameters();
      in = recurrence.units;
    }
    head = new Dense(in, outputs, parameters, at);
  }

  /** Returns whether the network remembers what it saw. */
  boolean remembers() {
    return cells.length > 0;
  }

  /** Returns what the network remembers before it saw anything; empty if it never does. */
  Cell.State[] states() {
    Cell.State[] states = new Cell.State[cells.length];
    for (int i = 0; i < states.length; i++) {
      states[i] = cells[i].state();
    }
    return states;
  }

  /**
   * Computes the outputs for one row.
   *
   * @param scratch has the features and the pixels; the rest is overwritten
   * @param states what the network remembers; their next values are written
   * @return an array of the scratch, whose first elements are the outputs, {@code [outputs]}
   */
  float[] forward(ScratchPool.Scratch scratch, Cell.State[] states) {
    float[] a = scratch.a;
    float[] b = scratch.b;
    float[] from = encoders.length == 0 ? scratch.features : join(scratch);
    float[] to = a;
    for (int i = 0; i < hidden.length; i++) {
      hidden[i].forward(from, to);
      activate(hidden[i].out, to);
      from = to;
      to = i % 2 == 0 ? b : a;
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i].forward(from, states[i]);
      from = states[i].nextH;
    }
    head.forward(from, to);
    return to;
  }

  /** Returns what the first hidden layer takes: what leaves the convolutions, then the rest. */
  private float[] join(ScratchPool.Scratch scratch) {
    int pixel = 0;
    int feature = 0;
    int at = 0;
    for (Encoder encoder : encoders) {
      Image image = encoder.image();
      if (image.bytes()) {
        encoder.forward(scratch.pixels, pixel, scratch, scratch.joined, at);
        pixel += image.size();
      } else {
        encoder.forward(scratch.features, feature, scratch, scratch.joined, at);
        feature += image.size();
      }
      at += image.outputs();
    }
    System.arraycopy(scratch.features, feature, scratch.joined, at, joined - at);
    return scratch.joined;
  }

  private void activate(int n, float[] x) {
    switch (activation) {
      case TANH -> RationalTanh.tanh(n, x);
      case RELU -> relu(n, x);
      case ELU -> elu(n, x);
      case LEAKY_RELU -> leakyRelu(n, x);
      case SILU -> silu(n, x);
    }
  }

  static void relu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  private static void elu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] = x[i] > 0 ? x[i] : RationalExp.exp(x[i]) - 1f;
    }
  }

  private static void leakyRelu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] = x[i] > 0 ? x[i] : x[i] * 0.01f;
    }
  }

  private static void silu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] *= 1f / (1f + RationalExp.exp(-x[i]));
    }
  }
}
