package org.ppo4j.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest of a policy file says, verified to describe a policy that can act.
 *
 * @param observation the space of what the actor sees
 * @param masks whether actions are masked
 * @param normalizes whether observations are normalised; choices never are
 * @param clip the bound of normalised observations; may be infinite
 * @param arrays the file's arrays by name
 */
record Manifest(
    String source,
    Space observation,
    Space action,
    Network.Shape network,
    ActionDecoder.Head head,
    ActionDecoder.Bounds bounds,
    boolean masks,
    boolean normalizes,
    double clip,
    Map<String, Array> arrays) {

  /** The format that this version reads, which later versions will read too. */
  static final int FORMAT_VERSION = 4;

  /** Begins the type of a network that acts with masks of actions only. */
  private static final String MASKED = "masked_";

  /**
   * One array of the file.
   *
   * @param length the number of elements
   * @param crc32 the checksum of the entry's bytes
   */
  record Array(String dtype, long length, long crc32) {}

  /**
   * Reads a manifest.
   *
   * @param source the file, for messages
   * @param json the parsed manifest
   * @throws PolicyException if it is not one, or one of a policy that this version cannot run
   */
  static Manifest of(String source, @Nullable Object json) {
    Fields manifest = Fields.of(source, json);
    requireFormat(source, manifest);
    Fields policy = manifest.object("policy");
    Space observation = Space.of(policy.object("observation_space"));
    Space action = Space.of(policy.object("action_space"));
    Fields network = policy.object("network");
    Network.Shape shape = network(source, network);
    observation = observation.without(shape.criticOnly(), network);
    requireImages(observation, shape.images(), network);
    int features = observation.oneHotSize() + shape.criticOnly();
    for (Image image : shape.images()) {
      features -= image.bytes() ? image.size() : 0;
    }
    if (shape.inputs() != features) {
      throw network.contradiction(
          "the network has %d inputs, but observations have %d features", shape.inputs(), features);
    }
    ActionDecoder.Head head =
        policy.has("action_head")
            ? policy.constant("action_head", ActionDecoder.Head.class, "action head")
            : ActionDecoder.Head.GAUSSIAN;
    if (shape.outputs() != ActionDecoder.outputs(action, head)) {
      throw network.contradiction(
          "the network has %d outputs, but actions need %d",
          shape.outputs(), ActionDecoder.outputs(action, head));
    }
    ActionDecoder.Bounds bounds =
        policy.constant("action_bounds", ActionDecoder.Bounds.class, "action bounds");
    if (action.hasBox() && bounds == ActionDecoder.Bounds.SQUASH) {
      requireBounds(policy, action, "squashed into");
    }
    if (action.hasBox() && head == ActionDecoder.Head.BETA) {
      requireBounds(policy, action, "scaled to");
      if (bounds != ActionDecoder.Bounds.CLIP) {
        throw policy.contradiction(
            "actions of a beta distribution lie within the bounds, but action_bounds is not clip");
      }
    }
    boolean masks = network.string("type").startsWith(MASKED);
    if (masks && action.maskSize() == 0) {
      throw network.contradiction("actions that are not discrete cannot be masked");
    }
    double clip = policy.number("clip_observations");
    if (!(clip > 0)) {
      throw policy.contradiction("clip_observations is %s, which leaves nothing", clip);
    }
    boolean normalizes = policy.bool("normalize_observations") && !observation.hasChoice();
    return new Manifest(
        source,
        observation,
        action,
        shape,
        head,
        bounds,
        masks,
        normalizes,
        clip,
        arrays(manifest));
  }

  /** Returns what is said of the array of that name. */
  Array array(String name) {
    Array array = arrays.get(name);
    if (array == null) {
      throw new PolicyException("the manifest of %s has no array %s".formatted(source, name));
    }
    return array;
  }

  private static void requireFormat(String source, Fields manifest) {
    if (!manifest.has("format_version")) {
      throw new PolicyException("%s is not a ppo4j policy".formatted(source));
    }
    long version = manifest.integer("format_version", 1, Integer.MAX_VALUE);
    if (version < FORMAT_VERSION) {
      throw new PolicyException(
          "%s has format %d, which was written before ppo4j 0.2; train again or load it with ppo4j 0.1"
              .formatted(source, version));
    }
    if (version > FORMAT_VERSION) {
      throw new PolicyException(
          "%s has format %d, which was written by a newer ppo4j; use a newer ppo4j-policy, since this one reads format %d"
              .formatted(source, version, FORMAT_VERSION));
    }
  }

  private static Network.Shape network(String source, Fields network) {
    String type = network.string("type");
    if (type.equals("class")) {
      throw new PolicyException(
          "%s is a network of type class, which only the class that made it runs; use TrainedPolicy of ppo4j-core with that class on the class path"
              .formatted(source));
    }
    boolean masks = type.startsWith(MASKED);
    String plain = masks ? type.substring(MASKED.length()) : type;
    if (!plain.equals("mlp") && !plain.equals("rnn") && !plain.equals("cnn")) {
      throw new PolicyException(
          "%s is a network of type %s, which this version of ppo4j-policy does not know; it runs networks of types mlp, rnn and cnn, and each with masked_ before it"
              .formatted(source, type));
    }
    if (plain.equals("cnn") && !network.has("images")) {
      throw new PolicyException(
          "%s does not describe its convolutions, because a development version of ppo4j 0.2 wrote it; use TrainedPolicy of ppo4j-core, or resume the training, which writes it in full"
              .formatted(source));
    }
    int[] hidden = network.integers("hidden_sizes", 1);
    Network.Shape shape =
        new Network.Shape(
            network.integer("inputs", plain.equals("cnn") ? 0 : 1),
            hidden,
            network.has("critic_hidden_sizes")
                ? network.integers("critic_hidden_sizes", 1)
                : hidden,
            network.constant("activation", Network.Activation.class, "activation"),
            network.integer("outputs", 1),
            network.integer("log_std_size", 0),
            network.bool("shared_trunk"),
            network.has("auxiliary_value") && network.bool("auxiliary_value"),
            plain.equals("rnn") || network.has("recurrence")
                ? recurrence(network.object("recurrence"))
                : null,
            network.has("critic_only") ? network.integer("critic_only", 0) : 0,
            plain.equals("cnn") ? images(network) : List.of());
    if (!shape.images().isEmpty() && shape.inputs() - shape.criticOnly() < shape.imageFeatures()) {
      throw network.contradiction(
          "the network has %d inputs, fewer than the numbers of its images", shape.inputs());
    }
    if (shape.parameterCount() > Network.MAX_PARAMETERS) {
      throw new PolicyException(
          "the network of %s has more than %d parameters, which ppo4j-policy does not load"
              .formatted(source, Network.MAX_PARAMETERS));
    }
    return shape;
  }

  private static List<Image> images(Fields network) {
    List<Image> images = new ArrayList<>();
    for (Fields each : network.objects("images")) {
      images.add(Image.of(each));
    }
    if (images.isEmpty()) {
      throw network.contradiction("a network with convolutions has no images");
    }
    return images;
  }

  /** Requires that {@code images} are leaves of observations in that order. */
  private static void requireImages(Space observation, List<Image> images, Fields network) {
    int next = 0;
    for (Space leaf : observation.leaves) {
      if (next < images.size() && images.get(next).fits(leaf)) {
        next++;
      }
    }
    if (next < images.size()) {
      throw network.contradiction(
          "the network takes %d images, but observations have only %d of them",
          images.size(), next);
    }
  }

  private static Network.Recurrence recurrence(Fields recurrence) {
    return new Network.Recurrence(
        recurrence.constant("kind", Cell.Kind.class, "kind of recurrent layers"),
        recurrence.integer("units", 1),
        recurrence.integer("layers", 1));
  }

  private static void requireBounds(Fields policy, Space action, String how) {
    for (int i = 0; i < action.size; i++) { // choices and bits have bounds
      if (!Double.isFinite(action.high[i] - action.low[i])) {
        throw policy.contradiction(
            "actions are %s their bounds, but number %d has low %s and high %s",
            how, i, action.low[i], action.high[i]);
      }
    }
  }

  private static Map<String, Array> arrays(Fields manifest) {
    Map<String, Array> arrays = new HashMap<>();
    for (Fields fields : manifest.objects("arrays")) {
      Array array =
          new Array(
              fields.string("dtype"),
              fields.integer("length", 0, Long.MAX_VALUE),
              fields.integer("crc32", 0, (1L << 32) - 1));
      if (arrays.put(fields.string("name"), array) != null) {
        throw manifest.contradiction("the array %s occurs twice", fields.string("name"));
      }
    }
    return arrays;
  }
}
