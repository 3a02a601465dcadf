package org.ppo4j.policy;

import java.util.Locale;

/** What a policy consists of: transform, network and decoder, all immutable, and their scratch. */
final class Actor {
  private static final Cell.State[] NOTHING = {};

  final Space observation;
  final Space action;
  final ActionDecoder decoder;
  private final FeatureTransform transform;
  private final Network network;
  private final ScratchPool pool;

  /** The flags of an action's mask; 0 if actions are not masked. */
  final int maskSize;

  Actor(
      Space observation,
      Space action,
      FeatureTransform transform,
      Network network,
      ActionDecoder decoder,
      boolean masks) {
    this.observation = observation;
    this.action = action;
    this.transform = transform;
    this.network = network;
    this.decoder = decoder;
    maskSize = masks ? action.maskSize() : 0;
    pool = new ScratchPool(network);
  }

  /**
   * Acts on {@code rows} observations; arrays are long enough.
   *
   * @param valid which values of actions are valid, {@code [rows, maskSize]}
   */
  void act(double[] observations, boolean[] valid, int rows, double[] actions) {
    if (network.remembers()) {
      throw new IllegalStateException(
          "this policy remembers what it saw in an episode; act in a session, which Policy.session"
              + " begins");
    }
    ScratchPool.Scratch scratch = pool.acquire();
    try {
      for (int row = 0; row < rows; row++) {
        act(observations, valid, row, rows, actions, scratch, NOTHING);
      }
    } finally {
      pool.release(scratch);
    }
  }

  /** Acts on observation {@code row} of {@code rows}; what is remembered next is in the states. */
  void act(
      double[] observations,
      boolean[] valid,
      int row,
      int rows,
      double[] actions,
      ScratchPool.Scratch scratch,
      Cell.State[] states) {
    int from = row * observation.size;
    int bad = transform.apply(observations, from, scratch.features, scratch.pixels);
    if (bad >= 0) {
      throw new IllegalArgumentException(
          "number %d of %s is %s, but it must be %s"
              .formatted(
                  bad,
                  describe(row, rows),
                  describe(observations[from + bad]),
                  transform.expected(bad)));
    }
    float[] outputs = network.forward(scratch, states);
    requireFinite(outputs, row, rows);
    if (maskSize > 0 && !decoder.mask(outputs, valid, row * maskSize)) {
      throw new IllegalArgumentException(
          "the mask of %s leaves no valid action, but needs at least one"
              .formatted(describe(row, rows)));
    }
    decoder.decode(outputs, actions, row * action.size);
  }

  /** Returns working memory of the caller's own. */
  ScratchPool.Scratch scratch() {
    return pool.acquire();
  }

  /** Returns what the network remembers before it saw anything. */
  Cell.State[] states() {
    return network.states();
  }

  boolean remembers() {
    return network.remembers();
  }

  private void requireFinite(float[] outputs, int row, int rows) {
    for (int i = 0; i < network.outputs; i++) {
      if (!(Math.abs(outputs[i]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "%s has numbers so large that output %d of the network is not finite; give numbers such as the policy was trained on"
                .formatted(describe(row, rows), i));
      }
    }
  }

  private static String describe(int row, int rows) {
    return rows == 1 ? "the observation" : "observation " + row;
  }

  private static String describe(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
