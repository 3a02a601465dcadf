package org.ppo4j.agent.normalize;

import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.env.Space;

/** Encodes observations as network features: numbers unchanged, choices one-hot. */
final class ObservationEncoder {
  private final int[] nvec;
  private final int[] start;
  private final int features;

  ObservationEncoder(Space space) {
    this(space, List.of());
  }

  /**
   * Creates an encoder.
   *
   * @param images the images that the space is; those of bytes are not features
   */
  ObservationEncoder(Space space, List<ImageInput> images) {
    switch (space) {
      case Space.Discrete discrete -> {
        nvec = new int[] {discrete.n()};
        start = new int[] {discrete.start()};
      }
      case Space.MultiDiscrete multiDiscrete -> {
        nvec = multiDiscrete.nvec();
        start = multiDiscrete.start();
      }
      case Space.Box _, Space.MultiBinary _ -> {
        nvec = new int[0];
        start = new int[0];
      }
    }
    features =
        isIdentity()
            ? images.stream().anyMatch(ImageInput::bytes) ? 0 : space.size()
            : Sizes.requireArray(
                Arrays.stream(nvec).asLongStream().sum(),
                "one-hot observations of %s".formatted(space),
                "use an environment of fewer values, or have it give a Box of numbers");
  }

  int features() {
    return features;
  }

  boolean isIdentity() {
    return nvec.length == 0;
  }

  /** Writes the features of {@code observations [rows, O]} to {@code out [rows, F]}. */
  void encode(double[] observations, int rows, double[] out) {
    if (isIdentity()) {
      System.arraycopy(observations, 0, out, 0, rows * features);
      return;
    }
    Arrays.fill(out, 0, rows * features, 0);
    for (int row = 0; row < rows; row++) {
      int at = row * features;
      for (int i = 0; i < nvec.length; i++) {
        out[at + (int) observations[row * nvec.length + i] - start[i]] = 1;
        at += nvec[i];
      }
    }
  }
}
