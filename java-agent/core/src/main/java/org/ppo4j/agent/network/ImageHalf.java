package org.ppo4j.agent.network;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * Networks over images for one half of the rows of each call, with gradients of that half. Two
 * halves have the same weights and run on two threads.
 */
final class ImageHalf {
  private final NetworkSpec spec;
  private final float[] gradients;
  private final Body actor;

  /** The actor if the trunk is shared. */
  private final Body critic;

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
  private final @Nullable DenseLayer auxiliaryHead;

  /** The heads on the actor that are differentiated outside auxiliary phases, and in them. */
  private final List<DenseLayer> actorHeads;

  private final List<DenseLayer> phaseHeads;
  private final List<DenseLayer> criticHeads;

  private int from;
  private int rows;
  private int capacity;

  /**
   * Creates a half.
   *
   * @param other the half whose dense layers have the weights; null for the first
   * @param gradients the flat gradients that it writes
   */
  ImageHalf(NetworkSpec spec, @Nullable ImageHalf other, float[] gradients, Kernels kernels) {
    this.spec = spec;
    this.gradients = gradients;
    actor =
        new Body(
            spec,
            spec.actorConvolutions(),
            other == null ? trunk(spec.actorLayers(), kernels) : new Trunk(other.actor.trunk),
            kernels.padded(spec.actorFeatures()),
            kernels);
    critic =
        spec.sharedTrunk()
            ? actor
            : new Body(
                spec,
                spec.criticConvolutions(),
                other == null ? trunk(spec.criticLayers(), kernels) : new Trunk(other.critic.trunk),
                kernels.padded(spec.features()),
                kernels);
    policyHead =
        other == null
            ? new DenseLayer(spec.actorLayers().getLast(), kernels)
            : new DenseLayer(other.policyHead);
    valueHead =
        other == null
            ? new DenseLayer(spec.criticLayers().getLast(), kernels)
            : new DenseLayer(other.valueHead);
    if (!spec.auxiliaryValue()) {
      auxiliaryHead = null;
    } else if (other == null || other.auxiliaryHead == null) {
      auxiliaryHead = new DenseLayer(spec.auxiliaryHead(), kernels);
    } else {
      auxiliaryHead = new DenseLayer(other.auxiliaryHead);
    }
    criticHeads = List.of(valueHead);
    actorHeads = heads(null);
    phaseHeads = heads(auxiliaryHead);
  }

  private List<DenseLayer> heads(@Nullable DenseLayer auxiliary) {
    return Stream.of(policyHead, auxiliary, spec.sharedTrunk() ? valueHead : null)
        .filter(Objects::nonNull)
        .toList();
  }

  private Trunk trunk(List<NetworkSpec.Layer> layers, Kernels kernels) {
    List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
    return new Trunk(spec.features(), hidden, spec.activation(), kernels);
  }

  /** Loads the convolutions, which each half has. */
  void loadConvolutions(float[] parameters) {
    actor.loadConvolutions(parameters);
    if (!spec.sharedTrunk()) {
      critic.loadConvolutions(parameters);
    }
  }

  /** Loads part {@code part} of {@code parts} of the dense layers, which the halves share. */
  void loadDense(float[] parameters, int part, int parts) {
    actor.trunk.load(parameters, part, parts);
    policyHead.load(parameters, part, parts);
    if (!spec.sharedTrunk()) {
      critic.trunk.load(parameters, part, parts);
    }
    valueHead.load(parameters, part, parts);
    if (auxiliaryHead != null) {
      auxiliaryHead.load(parameters, part, parts);
    }
  }

  /** Sets the rows of the next calls. */
  void rows(int from, int rows) {
    this.from = from;
    this.rows = rows;
    if (rows > capacity) {
      capacity = rows;
      actor.reserve(rows);
      policyHead.reserve(rows);
      if (!spec.sharedTrunk()) {
        critic.reserve(rows);
      }
      valueHead.reserve(rows);
      if (auxiliaryHead != null) {
        auxiliaryHead.reserve(rows);
      }
    }
  }

  /** Runs the networks whose outputs are not null, which are those of all rows. */
  void forward(
      float[] inputs,
      byte[] images,
      float @Nullable [] policyOutputs,
      float @Nullable [] auxiliaryOutputs,
      float @Nullable [] valueOutputs) {
    if (rows == 0) {
      return;
    }
    if (policyOutputs != null || spec.sharedTrunk()) {
      actor.forward(inputs, images, from, rows);
    }
    if (policyOutputs != null) {
      actor.trunk.forwardHead(
          policyHead, actor.joined, rows, policyOutputs, from, spec.policyOutputs());
    }
    if (auxiliaryHead != null && auxiliaryOutputs != null) {
      actor.trunk.forwardHead(auxiliaryHead, actor.joined, rows, auxiliaryOutputs, from, 1);
    }
    if (valueOutputs != null) {
      if (!spec.sharedTrunk()) {
        critic.forward(inputs, images, from, rows);
      }
      critic.trunk.forwardHead(valueHead, critic.joined, rows, valueOutputs, from, 1);
    }
  }

  /**
   * Computes this half's gradients from the derivatives of all rows' outputs.
   *
   * @param auxiliaryGradients those of the auxiliary value head; null for zeros
   */
  void backward(
      float[] inputs,
      byte[] images,
      float[] policyGradients,
      float @Nullable [] auxiliaryGradients,
      float[] valueGradients) {
    if (rows == 0) {
      return;
    }
    actor.trunk.backwardHead(
        policyHead,
        actor.joined,
        rows,
        policyGradients,
        from,
        spec.policyOutputs(),
        gradients,
        false);
    if (auxiliaryHead != null && auxiliaryGradients != null) {
      actor.trunk.backwardHead(
          auxiliaryHead, actor.joined, rows, auxiliaryGradients, from, 1, gradients, true);
    } else if (auxiliaryHead != null) {
      Arrays.fill(gradients, spec.auxiliaryHead().weights(), gradients.length, 0);
    }
    critic.trunk.backwardHead(
        valueHead, critic.joined, rows, valueGradients, from, 1, gradients, spec.sharedTrunk());
    backward(actor, auxiliaryGradients == null ? actorHeads : phaseHeads, inputs, images);
    if (!spec.sharedTrunk()) {
      backward(critic, criticHeads, inputs, images);
    }
  }

  private void backward(Body body, List<DenseLayer> heads, float[] inputs, byte[] images) {
    body.trunk.backward(body.joined, rows, gradients);
    body.trunk.backwardInputs(rows, heads, body.joinedGradients);
    body.backwardConvolutions(inputs, images, from, rows, gradients);
  }

  boolean hasRows() {
    return rows > 0;
  }
}
