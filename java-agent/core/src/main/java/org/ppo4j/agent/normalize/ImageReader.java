package org.ppo4j.agent.normalize;

import java.util.List;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * Takes the images of bytes out of observations; does nothing if there are none.
 *
 * <p>A batch of bytes must have no others ({@link #readsAllBytes}).
 */
public final class ImageReader {
  private final int size;
  private final int observationSize;
  private final boolean readsAllBytes;
  private final List<ImagePlace> places;

  /**
   * Creates a reader.
   *
   * @param shape the shape of the networks that take the images
   * @param space the space of the observations that have them
   */
  public ImageReader(NetworkShape shape, Space space) {
    size = shape.imageBytes();
    observationSize = space.size();
    readsAllBytes = size > 0 && size == observationSize - space.withoutBytes().size();
    places =
        ImagePlace.of(space, shape.images()).stream()
            .filter(place -> place.image().bytes())
            .toList();
  }

  /** Returns P, the bytes of an observation's images. */
  public int size() {
    return size;
  }

  /**
   * Returns whether the images are all leaves of the observations that {@linkplain Space#holdsBytes
   * hold bytes}.
   */
  public boolean readsAllBytes() {
    return readsAllBytes;
  }

  /** Writes the images of all observations to {@code out [N, P]}. */
  public void read(StepBatch batch, byte[] out) {
    if (batch.hasBytes()) {
      System.arraycopy(batch.byteObservations, 0, out, 0, batch.numEnvs() * size);
    } else {
      read(batch.observations, 0, batch.numEnvs(), out, 0);
    }
  }

  /** Writes the images of the final observation of sub-environment {@code env} to {@code out}. */
  public void readFinal(StepBatch batch, int env, byte[] out, int at) {
    if (batch.hasBytes()) {
      System.arraycopy(batch.finalByteObservations, env * size, out, at, size);
    } else {
      read(batch.finalObservations, env, 1, out, at);
    }
  }

  /**
   * Writes the images of {@code rows} observations, from row {@code first} on.
   *
   * @throws IllegalArgumentException if a number is not a byte
   */
  public void read(double[] observations, int first, int rows, byte[] out, int at) {
    int next = at;
    for (int row = first; row < first + rows; row++) {
      for (int i = 0; i < places.size(); i++) {
        ImagePlace place = places.get(i);
        next = read(observations, row, place.from(), place.image().size(), out, next);
      }
    }
  }

  /** Writes {@code count} numbers of an observation, and returns where the next one goes. */
  private int read(double[] observations, int row, int from, int count, byte[] out, int at) {
    int start = row * observationSize + from;
    for (int i = 0; i < count; i++) {
      int number = (int) observations[start + i];
      if (number != observations[start + i] || number < 0 || number > 255) {
        throw new IllegalArgumentException(
            "pixel %d of observation %d is %s, but must be an integer from 0 to 255; fix the environment, or use cnn none"
                .formatted(i, row, observations[start + i]));
      }
      out[at + i] = (byte) number;
    }
    return at + count;
  }
}
