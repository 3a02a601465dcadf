package org.ppo4j.agent.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of the networks in a checkpoint, sufficient to run an MLP's actor without the
 * trainer.
 *
 * @param type {@code mlp}; {@code cnn} for networks with convolutions, whose layers follow from the
 *     run's hyperparameters and the observations; or {@code class} for networks that a {@link
 *     NetworkFactory} makes
 * @param inputs the number of input features
 * @param hiddenSizes the widths of the actor's hidden layers; null unless {@code mlp}
 * @param activation the non-linearity after each hidden layer; null unless {@code mlp}
 * @param sharedTrunk whether actor and critic share their hidden layers; null unless {@code mlp}
 * @param outputs the number of the outputs of the actor's last layer
 * @param logStdSize the number of log standard deviations, which follow the actor's layers
 * @param factory the name of the factory's class; null for {@code mlp}
 * @param criticHiddenSizes the widths of the critic's hidden layers; null unless {@code mlp}
 * @param auxiliaryValue whether the critic's parameters are followed by those of a value head of
 *     the actor
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
    boolean auxiliaryValue) {

  /** Describes networks of a shape, made by {@code factory}, which is null for an engine's MLPs. */
  public static NetworkDescription of(NetworkShape shape, @Nullable NetworkFactory factory) {
    if (factory == null && shape instanceof NetworkSpec cnn && !cnn.images().isEmpty()) {
      return new NetworkDescription(
          "cnn",
          cnn.inputs(),
          null,
          null,
          null,
          cnn.headOutputs(),
          cnn.logStdSize(),
          null,
          null,
          false);
    }
    if (factory == null && shape instanceof NetworkSpec mlp) {
      return new NetworkDescription(
          "mlp",
          mlp.inputs(),
          mlp.hidden(),
          mlp.activation(),
          mlp.sharedTrunk(),
          mlp.headOutputs(),
          mlp.logStdSize(),
          null,
          mlp.criticHidden(),
          mlp.auxiliaryValue());
    }
    return new NetworkDescription(
        "class",
        shape.inputs(),
        null,
        null,
        null,
        shape.policyOutputs(),
        shape.logStdSize(),
        factory == null ? null : factory.getClass().getName(),
        null,
        false);
  }
}
