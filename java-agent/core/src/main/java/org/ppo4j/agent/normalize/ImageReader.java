package org.ppo4j.agent.normalize;

import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.env.StepBatch;

/** Takes the images of bytes out of observations; does nothing if there are none. */
public final class ImageReader {
  private final int size;

  /** Creates a reader for networks of {@code shape}. */
  public ImageReader(NetworkShape shape) {
    size = shape.imageBytes();
  }

  /** Returns P, the bytes of an observation's images. */
  public int size() {
    return size;
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
    int from = first * size;
    for (int i = 0; i < rows * size; i++) {
      int number = (int) observations[from + i];
      if (number != observations[from + i] || number < 0 || number > 255) {
        throw new IllegalArgumentException(
            "pixel %d of observation %d is %s, but must be an integer from 0 to 255; fix the environment, or use cnn none"
                .formatted(i % size, first + i / size, observations[from + i]));
      }
      out[at + i] = (byte) number;
    }
  }
}
