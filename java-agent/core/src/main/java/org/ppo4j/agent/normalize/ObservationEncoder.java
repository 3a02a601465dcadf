package org.ppo4j.agent.normalize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.env.Space;

/**
 * Encodes observations as network features: numbers unchanged, choices one-hot. Images of floats
 * come first, as networks take them; those of bytes are not features.
 */
final class ObservationEncoder {
  /**
   * A leaf of the space that becomes features.
   *
   * @param from its first number in the observation
   * @param size its numbers
   * @param nvec the values of each choice; empty for numbers
   * @param start the smallest value of each choice
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(int from, int size, int[] nvec, int[] start) {
    long features() {
      return nvec.length == 0 ? size : Arrays.stream(nvec).asLongStream().sum();
    }
  }

  private final int observationSize;
  private final List<Piece> pieces = new ArrayList<>();
  private final int features;
  private final boolean isIdentity;

  ObservationEncoder(Space space) {
    this(space, List.of());
  }

  /**
   * Creates an encoder.
   *
   * @param images the images among the leaves of the space; those of bytes are not features
   */
  ObservationEncoder(Space space, List<ImageInput> images) {
    observationSize = space.size();
    List<Piece> others = new ArrayList<>();
    List<ImagePlace> places = ImagePlace.of(space, images);
    for (ImagePlace place : places) {
      if (!place.image().bytes()) {
        pieces.add(new Piece(place.from(), place.image().size(), new int[0], new int[0]));
      }
    }
    int from = 0;
    for (Space leaf : space.leaves()) {
      int first = from;
      if (places.stream().noneMatch(place -> place.from() == first)) {
        others.add(piece(leaf, from));
      }
      from += leaf.size();
    }
    pieces.addAll(others);
    isIdentity = pieces.stream().allMatch(piece -> piece.nvec.length == 0);
    features =
        Sizes.requireArray(
            pieces.stream().mapToLong(Piece::features).sum(),
            "one-hot observations of %s".formatted(space),
            "use an environment of fewer values, or have it give a Box of numbers");
  }

  private static Piece piece(Space leaf, int from) {
    return switch (leaf) {
      case Space.Discrete(int n, int start) -> new Piece(from, 1, new int[] {n}, new int[] {start});
      case Space.MultiDiscrete choices ->
          new Piece(from, choices.size(), choices.nvec(), choices.start());
      case Space.Box _, Space.MultiBinary _, Space.Tuple _ ->
          new Piece(from, leaf.size(), new int[0], new int[0]);
    };
  }

  int features() {
    return features;
  }

  /** Returns whether every feature is a number of the observation. */
  boolean isIdentity() {
    return isIdentity;
  }

  /** Writes the features of {@code observations [rows, O]} to {@code out [rows, F]}. */
  void encode(double[] observations, int rows, double[] out) {
    if (isIdentity && (features == 0 || (pieces.size() == 1 && features == observationSize))) {
      System.arraycopy(observations, 0, out, 0, rows * features);
      return;
    }
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < pieces.size(); i++) {
        at += encode(pieces.get(i), observations, row * observationSize, out, at);
      }
    }
  }

  /** Writes the features of a piece from {@code at} on, and returns their number. */
  private static int encode(Piece piece, double[] observations, int row, double[] out, int at) {
    if (piece.nvec.length == 0) {
      System.arraycopy(observations, row + piece.from, out, at, piece.size);
      return piece.size;
    }
    int next = at;
    for (int i = 0; i < piece.nvec.length; i++) {
      Arrays.fill(out, next, next + piece.nvec[i], 0);
      out[next + (int) observations[row + piece.from + i] - piece.start[i]] = 1;
      next += piece.nvec[i];
    }
    return next - at;
  }
}
