package org.ppo4j.agent.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of the networks in a checkpoint, sufficient to run the actor of an engine's
 * networks without the trainer.
 *
 * @param type {@code mlp}; {@code rnn} for an MLP with recurrent layers before its heads; {@code
 *     cnn} for networks with convolutions, with or without recurrent layers; each with {@code
 *     masked_} before it if it acts with masks of actions, which programs that do not know them
 *     refuse; or {@code class} for networks that a {@link NetworkFactory} makes
 * @param inputs the number of input features
 * @param hiddenSizes the widths of the actor's hidden layers; null for {@code class}
 * @param activation the non-linearity after each hidden layer; null for {@code class}
 * @param sharedTrunk whether actor and critic share their hidden layers; null for {@code class}
 * @param outputs the number of the outputs of the actor's last layer
 * @param logStdSize the number of log standard deviations, which follow the actor's layers
 * @param factory the name of the factory's class; null unless {@code class}
 * @param criticHiddenSizes the widths of the critic's hidden layers; null for {@code class}
 * @param auxiliaryValue whether the critic's parameters are followed by those of a value head of
 *     the actor
 * @param recurrence the recurrent layers; null if there are none, and then not written
 * @param criticOnly how many of the last inputs only the critic takes
 * @param images the images that pass through convolutions; null unless {@code cnn}, and then not
 *     written. Checkpoints of the development of 0.2 lack them, and the four that are null for
 *     {@code class}
 */
public record NetworkDescription(
    String type,
    int inputs,
    @Nullable List<Integer> hiddenSizes,
    @Nullable Activation activation,
    @Nullable Boolean sharedTrunk,
    int outputs,
    int logStdSize,
    @Nullable String factory,
    @Nullable List<Integer> criticHiddenSizes,
    boolean auxiliaryValue,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Recurrence recurrence,
    int criticOnly,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ImageInput> images) {

  /** The type of networks that a program's class makes. */
  public static final String CLASS = "class";

  /** Describes networks that act without masks, as below. */
  public static NetworkDescription of(NetworkShape shape, @Nullable NetworkFactory factory) {
    return of(shape, factory, false);
  }

  /**
   * Describes networks.
   *
   * @param factory what makes them; null for an engine's networks
   * @param masks whether they act with masks of actions
   */
  public static NetworkDescription of(
      NetworkShape shape, @Nullable NetworkFactory factory, boolean masks) {
    if (factory == null && shape instanceof NetworkSpec spec) {
      boolean isRecurrent = spec.recurrence().isPresent();
      boolean hasImages = !spec.images().isEmpty();
      return new NetworkDescription(
          (masks ? "masked_" : "") + (hasImages ? "cnn" : isRecurrent ? "rnn" : "mlp"),
          spec.inputs(),
          spec.hidden(),
          spec.activation(),
          spec.sharedTrunk(),
          spec.headOutputs(),
          spec.logStdSize(),
          null,
          spec.criticHidden(),
          spec.auxiliaryValue(),
          isRecurrent ? spec.recurrence() : null,
          spec.criticOnly(),
          hasImages ? spec.images() : null);
    }
    return new NetworkDescription(
        CLASS,
        shape.inputs(),
        null,
        null,
        null,
        shape.policyOutputs(),
        shape.logStdSize(),
        factory == null ? null : factory.getClass().getName(),
        null,
        false,
        null,
        0,
        null);
  }
}
