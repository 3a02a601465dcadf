package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * Networks over images for one half of the rows of each call, with gradients of that half. Two
 * halves have the same weights and run on two threads.
 */
final class ImageHalf {
  private final NetworkSpec spec;
  private final float[] gradients;
  private final Side actor;

  /** The actor if the trunk is shared. */
  private final Side critic;

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
  private final int paddedFeatures;

  /**
   * Gradients with respect to what the first hidden layer takes, {@code [rows, paddedFeatures]}.
   */
  private float[] joinedGradients = {};

  private float[] policy = {};
  private float[] values = {};
  private int from;
  private int rows;
  private int capacity;

  /** Convolutions and hidden layers of actor or critic. */
  private static final class Side {
    final List<ImageEncoder> encoders = new ArrayList<>();
    final Trunk trunk;

    /** The first hidden layer's inputs, padded. */
    final int width;

    /** What the first hidden layer takes, {@code [rows, features]}. */
    float[] joined = {};

    Side(
        List<NetworkSpec.Layer> convolutions,
        Trunk trunk,
        int width,
        NetworkSpec spec,
        Kernels kernels) {
      this.trunk = trunk;
      this.width = width;
      int at = 0;
      for (ImageInput image : spec.images()) {
        int end = at + image.patches().size();
        encoders.add(new ImageEncoder(image, convolutions.subList(at, end), kernels));
        at = end;
      }
    }
  }

  /**
   * Creates a half.
   *
   * @param other the half whose dense layers have the weights; null for the first
   * @param gradients the flat gradients that it writes
   */
  ImageHalf(NetworkSpec spec, @Nullable ImageHalf other, float[] gradients, Kernels kernels) {
    this.spec = spec;
    this.gradients = gradients;
    paddedFeatures = kernels.padded(spec.features());
    actor =
        new Side(
            spec.actorConvolutions(),
            other == null ? trunk(spec.actorLayers(), kernels) : new Trunk(other.actor.trunk),
            kernels.padded(spec.actorFeatures()),
            spec,
            kernels);
    critic =
        spec.sharedTrunk()
            ? actor
            : new Side(
                spec.criticConvolutions(),
                other == null ? trunk(spec.criticLayers(), kernels) : new Trunk(other.critic.trunk),
                paddedFeatures,
                spec,
                kernels);
    policyHead =
        other == null
            ? new DenseLayer(spec.actorLayers().getLast(), kernels)
            : new DenseLayer(other.policyHead);
    valueHead =
        other == null
            ? new DenseLayer(spec.criticLayers().getLast(), kernels)
            : new DenseLayer(other.valueHead);
  }

  private Trunk trunk(List<NetworkSpec.Layer> layers, Kernels kernels) {
    List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
    return new Trunk(spec.features(), hidden, spec.activation(), kernels);
  }

  /** Loads the convolutions, which each half has. */
  void loadConvolutions(float[] parameters) {
    actor.encoders.forEach(each -> each.load(parameters));
    if (!spec.sharedTrunk()) {
      critic.encoders.forEach(each -> each.load(parameters));
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
  }

  /** Sets the rows of the next calls. */
  void rows(int from, int rows) {
    this.from = from;
    this.rows = rows;
    if (rows > capacity) {
      capacity = rows;
      reserve(actor);
      policyHead.reserve(rows);
      if (!spec.sharedTrunk()) {
        reserve(critic);
      }
      valueHead.reserve(rows);
      policy = new float[rows * spec.policyOutputs()];
      values = new float[rows];
      joinedGradients = new float[rows * paddedFeatures];
    }
  }

  private void reserve(Side side) {
    side.encoders.forEach(each -> each.reserve(rows));
    side.trunk.reserve(rows);
    side.joined = new float[rows * spec.features()];
  }

  /** Runs the networks whose outputs are not null, which are those of all rows. */
  void forward(
      float[] inputs,
      byte[] images,
      float @Nullable [] policyOutputs,
      float @Nullable [] valueOutputs) {
    if (rows == 0) {
      return;
    }
    if (policyOutputs != null || spec.sharedTrunk()) {
      encode(actor, inputs, images);
    }
    if (policyOutputs != null) {
      actor.trunk.forwardHead(policyHead, actor.joined, rows, policy);
      int outputs = spec.policyOutputs();
      System.arraycopy(policy, 0, policyOutputs, from * outputs, rows * outputs);
    }
    if (valueOutputs != null) {
      if (!spec.sharedTrunk()) {
        encode(critic, inputs, images);
      }
      critic.trunk.forwardHead(valueHead, critic.joined, rows, values);
      System.arraycopy(values, 0, valueOutputs, from, rows);
    }
  }

  private void encode(Side side, float[] inputs, byte[] images) {
    int features = spec.features();
    for (int row = 0; row < rows; row++) {
      int at = row * features;
      for (int i = 0; i < side.encoders.size(); i++) {
        read(side, i, row, inputs, images);
        side.encoders.get(i).forward(row, side.joined, at);
        at += side.encoders.get(i).image().outputs();
      }
      int others = (row + 1) * features - at;
      System.arraycopy(inputs, (from + row + 1) * spec.inputs() - others, side.joined, at, others);
    }
    side.trunk.forward(side.joined, rows);
  }

  /** Reads image {@code i} of a row. */
  private void read(Side side, int i, int row, float[] inputs, byte[] images) {
    int bytesAt = (from + row) * spec.imageBytes();
    int floatsAt = (from + row) * spec.inputs();
    for (int before = 0; before < i; before++) {
      ImageInput image = spec.images().get(before);
      if (image.bytes()) {
        bytesAt += image.size();
      } else {
        floatsAt += image.size();
      }
    }
    if (spec.images().get(i).bytes()) {
      side.encoders.get(i).read(images, bytesAt);
    } else {
      side.encoders.get(i).read(inputs, floatsAt);
    }
  }

  /** Computes this half's gradients from the derivatives of all rows' outputs. */
  void backward(float[] inputs, byte[] images, float[] policyGradients, float[] valueGradients) {
    if (rows == 0) {
      return;
    }
    int outputs = spec.policyOutputs();
    System.arraycopy(policyGradients, from * outputs, policy, 0, rows * outputs);
    System.arraycopy(valueGradients, from, values, 0, rows);
    actor.trunk.backwardHead(policyHead, actor.joined, rows, policy, gradients, false);
    if (spec.sharedTrunk()) {
      actor.trunk.backwardHead(valueHead, actor.joined, rows, values, gradients, true);
      backward(actor, List.of(policyHead, valueHead), inputs, images);
    } else {
      backward(actor, List.of(policyHead), inputs, images);
      critic.trunk.backwardHead(valueHead, critic.joined, rows, values, gradients, false);
      backward(critic, List.of(valueHead), inputs, images);
    }
  }

  private void backward(Side side, List<DenseLayer> heads, float[] inputs, byte[] images) {
    side.trunk.backward(side.joined, rows, gradients);
    side.trunk.backwardInputs(rows, heads, joinedGradients);
    side.encoders.forEach(ImageEncoder::begin);
    for (int row = 0; row < rows; row++) {
      int at = row * side.width;
      for (int i = 0; i < side.encoders.size(); i++) {
        read(side, i, row, inputs, images);
        side.encoders.get(i).backward(row, joinedGradients, at);
        at += side.encoders.get(i).image().outputs();
      }
    }
    side.encoders.forEach(each -> each.store(gradients));
  }

  boolean hasRows() {
    return rows > 0;
  }
}
