package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
 * last. Convolutions precede the layers of their network; {@code in} is then the numbers of a
 * patch, row by row and channels last. The first hidden layer has as inputs what leaves the
 * convolutions, then the inputs that are not images. Recurrent layers follow the hidden layers of
 * their network; each is the weights {@code [in, gates]} and biases of its inputs, then the weights
 * {@code [units, gates]} and biases of its states.
 *
 * @param inputs the number of input features
 * @param hidden the widths of the actor's hidden layers
 * @param activation the non-linearity after each hidden layer; heads are linear
 * @param policyOutputs the number of the actor's outputs (logits, or means), those of its head and
 *     the latent features
 * @param logStdSize the number of log standard deviations; 0 for discrete actions
 * @param sharedTrunk whether actor and critic share their hidden layers (detail 13)
 * @param latentOutputs whether the units that the actor's head takes follow its outputs; no
 *     gradient passes through them
 * @param criticHidden the widths of the critic's hidden layers; the actor's if the trunk is shared
 * @param auxiliaryValue whether the actor has a second head, which predicts the value ({@link
 *     AuxiliaryValueHead})
 * @param images the images that pass through convolutions. Those of floats are the first of the
 *     {@code inputs}; those of bytes are not among them
 * @param recurrence the recurrent layers after the hidden layers of each network
 * @param criticOnly how many of the last inputs only the critic takes
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
    boolean auxiliaryValue,
    List<ImageInput> images,
    Recurrence recurrence,
    int criticOnly)
    implements NetworkShape {

  /** At least what {@code Kernels.padded} adds to a row. */
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
    images = List.copyOf(images);
    int features = features(inputs, images);
    int actorFeatures = features - criticOnly;
    int latents = latentOutputs ? latents(actorFeatures, hidden, recurrence) : 0;
    if (actorFeatures < 1
        || criticOnly < 0
        || inputs < 0
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
    if (sharedTrunk && criticOnly > 0) {
      throw new InvalidHyperparameterException(
          "a critic that sees more than the policy needs separate hidden layers, but sharedTrunk is"
              + " true; make it false",
          "sharedTrunk");
    }
    int headOutputs = policyOutputs - latents;
    requireLayers(actorFeatures, hidden, headOutputs, recurrence);
    requireLayers(features, criticHidden, 1, recurrence);
    long convolutions = convolutionParameters(images);
    long total =
        Sizes.sum(
            sharedTrunk ? 1L * convolutions : 2L * convolutions,
            parameters(actorFeatures, hidden, headOutputs, recurrence),
            logStdSize,
            sharedTrunk
                ? latents(features, hidden, recurrence) + 1L
                : parameters(features, criticHidden, 1, recurrence),
            auxiliaryValue ? latents(actorFeatures, hidden, recurrence) + 1L : 0);
    if (total > Sizes.MAX_ARRAY) {
      throw tooLarge(features, hidden, headOutputs, recurrence, "%d parameters".formatted(total));
    }
  }

  /** Requires that every layer's weights fit an array, padded to any processor's vectors. */
  private static void requireLayers(
      int inputs, List<Integer> hidden, int outputs, Recurrence recurrence) {
    long in = inputs;
    for (long width : hidden) {
      requireLayer(in, width, inputs, hidden, outputs, recurrence);
      in = width;
    }
    for (int i = 0; i < recurrence.layers(); i++) {
      requireLayer(in, recurrence.gates(), inputs, hidden, outputs, recurrence);
      requireLayer(recurrence.units(), recurrence.gates(), inputs, hidden, outputs, recurrence);
      in = recurrence.units();
    }
    requireLayer(in, outputs, inputs, hidden, outputs, recurrence);
  }

  private static void requireLayer(
      long in, long out, int inputs, List<Integer> hidden, int outputs, Recurrence recurrence) {
    if (Sizes.product(padded(in), padded(out)) > Sizes.MAX_ARRAY) {
      throw tooLarge(
          inputs, hidden, outputs, recurrence, "a layer of %d times %d weights".formatted(in, out));
    }
  }

  private static long padded(long size) {
    return size + PADDING;
  }

  /** Returns the parameters of an MLP, whose layers have each been found to fit. */
  private static long parameters(
      int inputs, List<Integer> hidden, int outputs, Recurrence recurrence) {
    long total = 0;
    long in = inputs;
    for (long width : hidden) {
      total = Sizes.sum(total, Sizes.product(in, width), width);
      in = width;
    }
    if (recurrence.isPresent()) {
      total = Sizes.sum(total, recurrence.parameters(in));
      in = recurrence.units();
    }
    return Sizes.sum(total, Sizes.product(in, outputs), outputs);
  }

  private static InvalidHyperparameterException tooLarge(
      int inputs, List<Integer> hidden, int outputs, Recurrence recurrence, String what) {
    List<String> lower = new ArrayList<>(List.of("hiddenSizes", "criticHiddenSizes"));
    recurrence.hyperparameter().ifPresent(lower::addFirst);
    return new InvalidHyperparameterException(
        "networks of %d inputs, hidden layers %s and %d outputs have %s, more than the %d numbers of an array; lower %s, or use an environment of smaller observations and actions"
            .formatted(inputs, hidden, outputs, what, Sizes.MAX_ARRAY, String.join(" or ", lower)),
        lower);
  }

  private static long convolutionParameters(List<ImageInput> images) {
    long total = 0;
    for (ImageInput image : images) {
      for (ImageInput.Patch patch : image.patches()) {
        total = Sizes.sum(total, Sizes.product(patch.in() + 1L, patch.out()));
      }
    }
    return total;
  }

  /**
   * Returns the number of inputs of the first hidden layer: what leaves the convolutions of {@code
   * images}, and the {@code inputs} that are not images.
   */
  public static int features(int inputs, List<ImageInput> images) {
    long features = inputs;
    for (ImageInput image : images) {
      features += image.outputs() - (image.bytes() ? 0 : image.size());
    }
    return Sizes.requireArray(
        features, "what leaves the convolutions", "use larger strides or smaller images");
  }

  /** Describes separate networks without recurrent layers, of the same hidden layers. */
  public NetworkSpec(
      int inputs,
      List<ImageInput> images,
      List<Integer> hidden,
      Activation activation,
      int policyOutputs,
      int logStdSize) {
    this(
        inputs,
        hidden,
        activation,
        policyOutputs,
        logStdSize,
        false,
        false,
        hidden,
        false,
        images,
        Recurrence.NONE,
        0);
  }

  /** Describes separate networks without images and recurrent layers, of the same hidden layers. */
  public NetworkSpec(
      int inputs, List<Integer> hidden, Activation activation, int policyOutputs, int logStdSize) {
    this(inputs, List.of(), hidden, activation, policyOutputs, logStdSize);
  }

  /** The components while some of them change. */
  private static final class Draft {
    private boolean sharedTrunk;
    private boolean latentOutputs;
    private List<Integer> criticHidden;
    private boolean auxiliaryValue;
    private Recurrence recurrence;
    private int criticOnly;

    Draft(NetworkSpec spec) {
      sharedTrunk = spec.sharedTrunk;
      latentOutputs = spec.latentOutputs;
      criticHidden = spec.criticHidden;
      auxiliaryValue = spec.auxiliaryValue;
      recurrence = spec.recurrence;
      criticOnly = spec.criticOnly;
    }
  }

  private NetworkSpec changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new NetworkSpec(
        inputs,
        hidden,
        activation,
        policyOutputs,
        logStdSize,
        draft.sharedTrunk,
        draft.latentOutputs,
        draft.criticHidden,
        draft.auxiliaryValue,
        images,
        draft.recurrence,
        draft.criticOnly);
  }

  /** Returns this shape with the hidden layers of actor and critic shared, or not. */
  public NetworkSpec withSharedTrunk(boolean shared) {
    return changed(draft -> draft.sharedTrunk = shared);
  }

  /** Returns this shape with the latent features the last of the actor's outputs, or not. */
  public NetworkSpec withLatentOutputs(boolean latent) {
    return changed(draft -> draft.latentOutputs = latent);
  }

  /** Returns this shape with hidden layers of these widths in the critic. */
  public NetworkSpec withCriticHidden(List<Integer> widths) {
    return changed(draft -> draft.criticHidden = widths);
  }

  /** Returns this shape with an auxiliary value head, or without. */
  public NetworkSpec withAuxiliaryValue(boolean auxiliary) {
    return changed(draft -> draft.auxiliaryValue = auxiliary);
  }

  /** Returns this shape with {@code numbers} last inputs that only the critic takes. */
  public NetworkSpec withCriticOnly(int numbers) {
    return changed(draft -> draft.criticOnly = numbers);
  }

  /** Returns this shape with recurrent layers. */
  public NetworkSpec withRecurrence(Recurrence layers) {
    return changed(draft -> draft.recurrence = layers);
  }

  /**
   * Returns the number of inputs of the critic's first hidden layer: what leaves the convolutions,
   * and the inputs that are not images.
   */
  public int features() {
    return features(inputs, images);
  }

  /** Returns the number of inputs of the actor's first hidden layer, the first of the critic's. */
  public int actorFeatures() {
    return features() - criticOnly;
  }

  @Override
  public int stateSize() {
    return (sharedTrunk ? 1 : 2) * recurrence.stateSize();
  }

  /** Returns the actor's convolutions, image by image and from the image upwards. */
  public List<Layer> actorConvolutions() {
    return convolutions(0);
  }

  /** Returns the critic's convolutions; the actor's if they are shared. */
  public List<Layer> criticConvolutions() {
    return convolutions(sharedTrunk ? 0 : criticOffset());
  }

  private List<Layer> convolutions(int offset) {
    List<Layer> layers = new ArrayList<>();
    int at = offset;
    for (ImageInput image : images) {
      for (ImageInput.Patch patch : image.patches()) {
        int biases = at + patch.in() * patch.out();
        layers.add(new Layer(patch.in(), patch.out(), at, biases));
        at = biases + patch.out();
      }
    }
    return layers;
  }

  /**
   * Returns the number of the units that heads take: those of the recurrent layers, or else of the
   * last hidden layer, or else the inputs.
   */
  public static int latents(int inputs, List<Integer> hidden, Recurrence recurrence) {
    return recurrence.outputs(hidden.isEmpty() ? inputs : hidden.getLast());
  }

  /** Returns the number of the outputs of the actor's last layer. */
  public int headOutputs() {
    return latentOutputs
        ? policyOutputs - latents(actorFeatures(), hidden, recurrence)
        : policyOutputs;
  }

  /**
   * Returns the products of the actor's recurrent layers, from the lowest to the highest: of each
   * that with its inputs and that with its states.
   */
  public List<Layer> actorCells() {
    return cells(actorLayers(), actorFeatures(), (int) convolutionParameters(images));
  }

  /** Returns the products of the critic's recurrent layers; the actor's if they are shared. */
  public List<Layer> criticCells() {
    return sharedTrunk
        ? actorCells()
        : cells(criticLayers(), features(), criticOffset() + (int) convolutionParameters(images));
  }

  /**
   * Returns where the biases are of the gates that keep what is remembered, the forget gates of an
   * LSTM or the update gates of a GRU: those of the inputs, of all recurrent layers. In either kind
   * they are the second gates.
   */
  public int[] forgetBiases() {
    List<Layer> cells = new ArrayList<>(actorCells());
    if (!sharedTrunk) {
      cells.addAll(criticCells());
    }
    int units = recurrence.units();
    return IntStream.range(0, cells.size() / 2)
        .flatMap(i -> IntStream.range(units, 2 * units).map(u -> cells.get(2 * i).biases() + u))
        .toArray();
  }

  private List<Layer> cells(List<Layer> layers, int inputs, int start) {
    List<Layer> hidden = layers.subList(0, layers.size() - 1);
    int at = hidden.isEmpty() ? start : end(hidden);
    int in = hidden.isEmpty() ? inputs : hidden.getLast().out();
    int gates = (int) recurrence.gates();
    List<Layer> cells = new ArrayList<>();
    for (int i = 0; i < recurrence.layers(); i++) {
      for (int each : new int[] {in, recurrence.units()}) {
        int biases = at + each * gates;
        cells.add(new Layer(each, gates, at, biases));
        at = biases + gates;
      }
      in = recurrence.units();
    }
    return cells;
  }

  /** Returns the actor's layers, from input to head, without the recurrent ones. */
  public List<Layer> actorLayers() {
    return layers(actorFeatures(), (int) convolutionParameters(images), hidden, headOutputs());
  }

  /**
   * Returns the critic's layers, from input to head, without the recurrent ones; the hidden ones
   * are the actor's if they are shared.
   */
  public List<Layer> criticLayers() {
    int offset = criticOffset();
    if (!sharedTrunk) {
      return layers(features(), offset + (int) convolutionParameters(images), criticHidden, 1);
    }
    List<Layer> layers = actorLayers();
    int in = layers.removeLast().in();
    layers.add(new Layer(in, 1, offset, offset + in));
    return layers;
  }

  /** Throws an exception unless there is an auxiliary value head. */
  void requireAuxiliaryHead() {
    if (!auxiliaryValue) {
      throw new IllegalStateException("these networks have no auxiliary value head");
    }
  }

  /** Returns the auxiliary value head's place; meaningless without one. */
  public Layer auxiliaryHead() {
    int in = latents(actorFeatures(), hidden, recurrence);
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
    for (Layer layer : actorConvolutions()) {
      if (index >= layer.weights && index < layer.biases + layer.out) {
        return (index < layer.biases ? "weight" : "bias") + " of the actor's convolution";
      }
    }
    for (Layer layer : criticConvolutions()) {
      if (index >= layer.weights && index < layer.biases + layer.out) {
        return (index < layer.biases ? "weight" : "bias") + " of the critic's convolution";
      }
    }
    boolean ofActor = index < logStds;
    for (Layer layer : ofActor ? actorCells() : criticCells()) {
      if (index >= layer.weights && index < layer.biases + layer.out) {
        return "%s of the %s's recurrent layers"
            .formatted(index < layer.biases ? "weight" : "bias", ofActor ? "actor" : "critic");
      }
    }
    if (ofActor) {
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

  private List<Layer> layers(int inputs, int offset, List<Integer> hidden, int outputs) {
    List<Layer> layers = new ArrayList<>();
    int in = inputs;
    for (int out : hidden) {
      layers.add(new Layer(in, out, offset, offset + in * out));
      offset += in * out + out;
      in = out;
    }
    offset += (int) recurrence.parameters(in);
    in = recurrence.outputs(in);
    layers.add(new Layer(in, outputs, offset, offset + in * outputs));
    return layers;
  }

  private static int end(List<Layer> layers) {
    Layer last = layers.getLast();
    return last.biases() + last.out();
  }
}
