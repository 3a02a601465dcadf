package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;

/**
 * The shape of an actor and a critic: two MLPs over the same input, separate or with shared hidden
 * layers, and optionally a state-independent log standard deviation.
 *
 * <p>All parameters are in one flat {@code float[]}, in this order: the actor's layers from input
 * to head, the log standard deviations {@code [logStdSize]}, the critic's layers. With a shared
 * trunk, the critic adds only its head. A layer is its weights {@code [in, out]} in row-major
 * order, then its biases {@code [out]}. The actor's auxiliary value head, if there is one, comes
 * last.
 *
 * @param inputs the number of input features
 * @param hidden the widths of the actor's hidden layers
 * @param activation the non-linearity after each hidden layer; heads are linear
 * @param policyOutputs the number of the actor's outputs (logits, or means), those of its head and
 *     the latent features
 * @param logStdSize the number of log standard deviations; 0 for discrete actions
 * @param sharedTrunk whether actor and critic share their hidden layers (detail 13)
 * @param latentOutputs whether the units of the actor's last hidden layer, or the inputs if there
 *     are no hidden layers, follow the head's outputs; no gradient passes through them
 * @param criticHidden the widths of the critic's hidden layers; the actor's if the trunk is shared
 * @param auxiliaryValue whether the actor has a second head, which predicts the value ({@link
 *     AuxiliaryValueHead})
 */
public record NetworkSpec(
    int inputs,
    List<Integer> hidden,
    Activation activation,
    int policyOutputs,
    int logStdSize,
    boolean sharedTrunk,
    boolean latentOutputs,
    List<Integer> criticHidden,
    boolean auxiliaryValue)
    implements NetworkShape {

  /** At least the number that columns are padded to, {@code Kernels.padding()}. */
  private static final long PADDING = 64;

  /**
   * One dense layer's place in the flat parameters.
   *
   * @param weights offset of the weights, {@code [in, out]} row-major
   * @param biases offset of the biases, {@code [out]}
   */
  public record Layer(int in, int out, int weights, int biases) {}

  public NetworkSpec {
    hidden = List.copyOf(hidden);
    criticHidden = List.copyOf(criticHidden);
    int latents = latentOutputs ? latents(inputs, hidden) : 0;
    if (inputs < 1
        || policyOutputs - latents < 1
        || logStdSize < 0
        || hidden.stream().anyMatch(w -> w < 1)
        || criticHidden.stream().anyMatch(w -> w < 1)) {
      throw new IllegalArgumentException(
          ("a network needs at least one input, one output and one unit in each hidden layer, but"
               + " got %d inputs, %d outputs, hidden layers %s and %s")
              .formatted(inputs, policyOutputs, hidden, criticHidden));
    }
    if (sharedTrunk && !criticHidden.equals(hidden)) {
      throw new IllegalArgumentException(
          "actor and critic share their hidden layers, but got %s and %s"
              .formatted(hidden, criticHidden));
    }
    int headOutputs = policyOutputs - latents;
    requireLayers(inputs, hidden, headOutputs);
    requireLayers(inputs, criticHidden, 1);
    long total =
        Sizes.sum(
            parameters(inputs, hidden, headOutputs),
            logStdSize,
            sharedTrunk ? latents(inputs, hidden) + 1L : parameters(inputs, criticHidden, 1),
            auxiliaryValue ? latents(inputs, hidden) + 1L : 0);
    if (total > Sizes.MAX_ARRAY) {
      throw tooLarge(inputs, hidden, headOutputs, "%d parameters".formatted(total));
    }
  }

  /** Requires that every layer's weights fit an array, padded to any processor's vectors. */
  private static void requireLayers(int inputs, List<Integer> hidden, int outputs) {
    long in = inputs;
    for (int i = 0; i <= hidden.size(); i++) {
      long out = i < hidden.size() ? hidden.get(i) : outputs;
      if (Sizes.product(padded(in), padded(out)) > Sizes.MAX_ARRAY) {
        throw tooLarge(
            inputs, hidden, outputs, "a layer of %d times %d weights".formatted(in, out));
      }
      in = out;
    }
  }

  private static long padded(long size) {
    return (size + PADDING - 1) / PADDING * PADDING;
  }

  /** Returns the parameters of an MLP, whose layers have each been found to fit. */
  private static long parameters(int inputs, List<Integer> hidden, int outputs) {
    long total = 0;
    long in = inputs;
    for (int i = 0; i <= hidden.size(); i++) {
      long out = i < hidden.size() ? hidden.get(i) : outputs;
      total = Sizes.sum(total, Sizes.product(in, out), out);
      in = out;
    }
    return total;
  }

  private static InvalidHyperparameterException tooLarge(
      int inputs, List<Integer> hidden, int outputs, String what) {
    return new InvalidHyperparameterException(
        "networks of %d inputs, hidden layers %s and %d outputs have %s, more than the %d numbers of an array; lower hiddenSizes or criticHiddenSizes, or use an environment of smaller observations and actions"
            .formatted(inputs, hidden, outputs, what, Sizes.MAX_ARRAY),
        "hiddenSizes",
        "criticHiddenSizes");
  }

  /** Describes networks whose hidden layers are as wide in the critic as in the actor. */
  public NetworkSpec(
      int inputs,
      List<Integer> hidden,
      Activation activation,
      int policyOutputs,
      int logStdSize,
      boolean sharedTrunk,
      boolean latentOutputs) {
    this(
        inputs,
        hidden,
        activation,
        policyOutputs,
        logStdSize,
        sharedTrunk,
        latentOutputs,
        hidden,
        false);
  }

  /** Describes networks without latent features among the outputs. */
  public NetworkSpec(
      int inputs,
      List<Integer> hidden,
      Activation activation,
      int policyOutputs,
      int logStdSize,
      boolean sharedTrunk) {
    this(inputs, hidden, activation, policyOutputs, logStdSize, sharedTrunk, false);
  }

  /** Describes separate networks. */
  public NetworkSpec(
      int inputs, List<Integer> hidden, Activation activation, int policyOutputs, int logStdSize) {
    this(inputs, hidden, activation, policyOutputs, logStdSize, false);
  }

  /** Returns this shape with an auxiliary value head. */
  public NetworkSpec withAuxiliaryValue() {
    return new NetworkSpec(
        inputs,
        hidden,
        activation,
        policyOutputs,
        logStdSize,
        sharedTrunk,
        latentOutputs,
        criticHidden,
        true);
  }

  /** Returns the number of units of the last hidden layer, or of the inputs if there is none. */
  public static int latents(int inputs, List<Integer> hidden) {
    return hidden.isEmpty() ? inputs : hidden.getLast();
  }

  /** Returns the number of the outputs of the actor's last layer. */
  public int headOutputs() {
    return latentOutputs ? policyOutputs - latents(inputs, hidden) : policyOutputs;
  }

  /** Returns the actor's layers, from input to head. */
  public List<Layer> actorLayers() {
    return layers(0, hidden, headOutputs());
  }

  /**
   * Returns the critic's layers, from input to head; the hidden ones are the actor's if they are
   * shared.
   */
  public List<Layer> criticLayers() {
    int offset = criticOffset();
    if (!sharedTrunk) {
      return layers(offset, criticHidden, 1);
    }
    List<Layer> layers = actorLayers();
    int in = layers.removeLast().in();
    layers.add(new Layer(in, 1, offset, offset + in));
    return layers;
  }

  /** Returns the auxiliary value head's place; meaningless without one. */
  public Layer auxiliaryHead() {
    int in = latents(inputs, hidden);
    int offset = end(criticLayers());
    return new Layer(in, 1, offset, offset + in);
  }

  /** Returns where the parameters start that belong only to the critic. */
  public int criticOffset() {
    return logStdOffset() + logStdSize;
  }

  @Override
  public int logStdOffset() {
    return end(actorLayers());
  }

  @Override
  public int parameterCount() {
    return auxiliaryValue ? end(List.of(auxiliaryHead())) : end(criticLayers());
  }

  @Override
  public String describe(int index) {
    int logStds = logStdOffset();
    if (auxiliaryValue && index >= auxiliaryHead().weights()) {
      return describe(index, List.of(auxiliaryHead()), "auxiliary value");
    }
    if (index < logStds) {
      return describe(index, actorLayers(), "actor");
    }
    return index < logStds + logStdSize
        ? "log deviation"
        : describe(index, criticLayers(), "critic");
  }

  private static String describe(int index, List<Layer> layers, String network) {
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (index >= layer.weights && index < layer.biases + layer.out) {
        String place = i == layers.size() - 1 ? "head" : "layer " + (i + 1);
        return "%s of the %s's %s"
            .formatted(index < layer.biases ? "weight" : "bias", network, place);
      }
    }
    throw new IndexOutOfBoundsException(index);
  }

  private List<Layer> layers(int offset, List<Integer> hidden, int outputs) {
    List<Layer> layers = new ArrayList<>();
    int in = inputs;
    for (int i = 0; i <= hidden.size(); i++) {
      int out = i < hidden.size() ? hidden.get(i) : outputs;
      layers.add(new Layer(in, out, offset, offset + in * out));
      offset += in * out + out;
      in = out;
    }
    return layers;
  }

  private static int end(List<Layer> layers) {
    Layer last = layers.getLast();
    return last.biases() + last.out();
  }
}
