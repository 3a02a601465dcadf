package org.ppo4j.agent.rollout;

import java.util.List;
import java.util.stream.IntStream;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.state.TrainingState;

/**
 * The images of bytes of a rollout's rows, {@code [T, N, P]}, in which no frame is stored twice: of
 * an image that stacks frames as channels, all but the newest are those of the step before.
 */
public final class ImageRows {
  private final Frames[] images;
  private final int size;

  /**
   * Creates rows of zeros.
   *
   * @param images the images of an observation; those of bytes are stored
   * @param rows T * N, the number of observations
   * @param numEnvs N, the number of environments
   */
  public ImageRows(List<ImageInput> images, int rows, int numEnvs) {
    this.images =
        images.stream()
            .filter(ImageInput::bytes)
            .map(image -> new Frames(image, rows, numEnvs))
            .toArray(Frames[]::new);
    size = IntStream.range(0, this.images.length).map(i -> this.images[i].rowSize()).sum();
  }

  /** Returns P, the bytes of the images of an observation. */
  public int size() {
    return size;
  }

  /** Returns the bytes of the frames that are stored. */
  public long storedBytes() {
    long bytes = 0;
    for (Frames each : images) {
      bytes += each.storedBytes();
    }
    return bytes;
  }

  /** Makes all rows zeros. */
  public void clear() {
    for (Frames each : images) {
      each.clear();
    }
  }

  /**
   * Writes rows, each of which was zeros. Rows of an environment are to be written in the order of
   * its steps: what a row has in common with the one before is found by comparing them.
   *
   * @param first the first row, {@code t * N + n}
   * @param rows how many rows
   * @param source their images, {@code [rows, P]}, from {@code at} on
   */
  public void put(int first, int rows, byte[] source, int at) {
    int next = at;
    for (int row = first; row < first + rows; row++) {
      for (Frames each : images) {
        each.put(row, source, next);
        next += each.rowSize();
      }
    }
  }

  /**
   * Writes rows, as above.
   *
   * @param from rows of the same kind of images, of any number of environments
   */
  public void put(int first, int rows, ImageRows from, int fromFirst) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < images.length; i++) {
        images[i].put(first + row, from.images[i], fromFirst + row);
      }
    }
  }

  /** Copies {@code rows} rows from row {@code first} on to {@code target}, from {@code at} on. */
  public void get(int first, int rows, byte[] target, int at) {
    int next = at;
    for (int row = first; row < first + rows; row++) {
      for (Frames each : images) {
        each.get(row, target, next);
        next += each.rowSize();
      }
    }
  }

  /** Puts the rows into {@code state} under names that begin with {@code prefix}. */
  public void save(TrainingState state, String prefix) {
    for (int i = 0; i < images.length; i++) {
      images[i].save(state, prefix + i);
    }
  }

  /** Takes over what {@link #save} has put into {@code state}. */
  public void restore(TrainingState state, String prefix) {
    for (int i = 0; i < images.length; i++) {
      images[i].restore(state, prefix + i);
    }
  }
}
