package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.network.AuxiliaryValueHead;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * Networks whose rows of inputs are the features {@code [F]} and then a mask {@code [M]} of the
 * action, {@link Space#maskSize}: 1 where a value is valid, 0 where it is not. The logits of values
 * that are not valid are replaced by {@link #INVALID}, as in sb3-contrib's {@code
 * common/maskable/distributions.py} and in Huang and Ontañón 2022, so that probabilities, entropies
 * and divergences are those over what is valid, and no gradient reaches the others.
 *
 * <p>The networks inside know nothing of masks. Their features are copied, {@code B * F} numbers a
 * call.
 */
public class MaskedActorCritic implements ActorCritic {
  /** The logit of a value that is not valid: its probability is 0, and no finite logit is less. */
  static final float INVALID = -Float.MAX_VALUE;

  private final ActorCritic network;
  private final int features;

  /** The output that each flag decides on, {@code [M]}. */
  private final int[] outputs;

  /** What the output becomes if the flag is 0, {@code [M]}. */
  private final float[] replacements;

  private float[] inputs = {};

  private MaskedActorCritic(ActorCritic network, Space space, ActionConfig config) {
    this.network = network;
    features = network.shape().inputs();
    outputs = new int[space.maskSize()];
    replacements = new float[outputs.length];
    int flag = 0;
    int output = 0;
    for (Space leaf : space.leaves()) {
      int size = ActionDistribution.outputs(leaf, config, 0);
      for (int i = 0; i < leaf.maskSize(); i++) {
        boolean isBit = leaf instanceof Space.MultiBinary;
        outputs[flag] = output + (isBit ? i / 2 : i);
        replacements[flag] = isBit && i % 2 == 0 ? -INVALID : INVALID;
        flag++;
      }
      output += size;
    }
  }

  /**
   * Returns networks that mask the actions of {@code env} if its actions are masked, otherwise
   * {@code network} itself.
   *
   * @param network the networks, closed with the result
   * @param config the configuration of the actions
   */
  public static ActorCritic of(ActorCritic network, EnvSpec env, ActionConfig config) {
    return config.maskSize(env) == 0 || network instanceof MaskedActorCritic
        ? network
        : of(network, env.actionSpace(), config);
  }

  private static MaskedActorCritic of(ActorCritic network, Space space, ActionConfig config) {
    if (network instanceof AuxiliaryValueHead head) {
      return network instanceof ActorTangents
          ? new WithBoth(head, space, config)
          : new WithAuxiliaryHead(head, space, config);
    }
    return network instanceof ActorTangents tangents
        ? new WithTangents(tangents, space, config)
        : new MaskedActorCritic(network, space, config);
  }

  /** Returns the networks that know nothing of masks: those of {@code network} if it masks. */
  public static ActorCritic unmasked(ActorCritic network) {
    return network instanceof MaskedActorCritic masked ? masked.network : network;
  }

  /** Returns the shape of the networks, whose inputs are the features alone. */
  @Override
  public NetworkShape shape() {
    return network.shape();
  }

  @Override
  public int rowSize() {
    return features + outputs.length;
  }

  @Override
  public void initialize(UniformRandomProvider random) {
    network.initialize(random);
  }

  @Override
  public float[] parameters() {
    return network.parameters();
  }

  @Override
  public void parametersChanged() {
    network.parametersChanged();
  }

  @Override
  public void updateParameters(ParameterUpdate update) {
    network.updateParameters(update);
  }

  @Override
  public float[] gradients() {
    return network.gradients();
  }

  @Override
  public void images(byte[] images) {
    network.images(images);
  }

  @Override
  public void memory(Memory memory) {
    network.memory(memory);
  }

  @Override
  public void forward(float[] rows, int n, float[] policyOutputs, float[] values) {
    network.forward(features(rows, n), n, policyOutputs, values);
    mask(rows, n, policyOutputs);
  }

  @Override
  public void policy(float[] rows, int n, float[] policyOutputs) {
    network.policy(features(rows, n), n, policyOutputs);
    mask(rows, n, policyOutputs);
  }

  @Override
  public void values(float[] rows, int n, float[] values) {
    network.values(features(rows, n), n, values);
  }

  @Override
  public void backward(float[] rows, int n, float[] policyGradients, float[] valueGradients) {
    network.backward(inputs, n, policyGradients, valueGradients);
  }

  @Override
  public boolean isClosed() {
    return network.isClosed();
  }

  @Override
  public void close() {
    network.close();
  }

  /** Copies the features of {@code rows [n, F + M]}; passes backwards use them again. */
  final float[] features(float[] rows, int n) {
    if (inputs.length < n * features) {
      inputs = new float[n * features];
    }
    int stride = rowSize();
    for (int row = 0; row < n; row++) {
      System.arraycopy(rows, row * stride, inputs, row * features, features);
    }
    return inputs;
  }

  final void mask(float[] rows, int n, float[] policyOutputs) {
    int stride = rowSize();
    int width = network.shape().policyOutputs();
    for (int row = 0; row < n; row++) {
      int flags = row * stride + features;
      int first = row * width;
      for (int i = 0; i < outputs.length; i++) {
        if (rows[flags + i] == 0) {
          policyOutputs[first + outputs[i]] = replacements[i];
        }
      }
    }
  }

  /** Masked networks that {@code ppg} can use. */
  private static class WithAuxiliaryHead extends MaskedActorCritic implements AuxiliaryValueHead {
    private final AuxiliaryValueHead head;

    WithAuxiliaryHead(AuxiliaryValueHead network, Space space, ActionConfig config) {
      super(network, space, config);
      head = network;
    }

    @Override
    public void auxiliaryForward(
        float[] rows, int n, float[] policyOutputs, float[] auxiliaryValues, float[] values) {
      head.auxiliaryForward(features(rows, n), n, policyOutputs, auxiliaryValues, values);
      mask(rows, n, policyOutputs);
    }

    @Override
    public void auxiliaryBackward(
        float[] rows,
        int n,
        float[] policyGradients,
        float[] auxiliaryGradients,
        float[] valueGradients) {
      head.auxiliaryBackward(super.inputs, n, policyGradients, auxiliaryGradients, valueGradients);
    }
  }

  /** The tangents of the networks inside masked ones, which have the features alone. */
  private interface Tangents extends ActorTangents {
    MaskedActorCritic masked();

    private ActorTangents inside() {
      return (ActorTangents) masked().network;
    }

    @Override
    default int actorParameters() {
      return inside().actorParameters();
    }

    @Override
    default void policyTangents(float[] rows, int n, float[] direction, float[] outputTangents) {
      inside().policyTangents(masked().inputs, n, direction, outputTangents);
    }

    @Override
    default void policyBackward(float[] rows, int n, float[] policyGradients) {
      inside().policyBackward(masked().inputs, n, policyGradients);
    }
  }

  /** Masked networks that {@code trpo} can use. */
  private static final class WithTangents extends MaskedActorCritic implements Tangents {
    WithTangents(ActorTangents network, Space space, ActionConfig config) {
      super(network, space, config);
    }

    @Override
    public MaskedActorCritic masked() {
      return this;
    }
  }

  /** Masked networks that {@code ppg} and {@code trpo} can use. */
  private static final class WithBoth extends WithAuxiliaryHead implements Tangents {
    WithBoth(AuxiliaryValueHead network, Space space, ActionConfig config) {
      super(network, space, config);
    }

    @Override
    public MaskedActorCritic masked() {
      return this;
    }
  }
}
