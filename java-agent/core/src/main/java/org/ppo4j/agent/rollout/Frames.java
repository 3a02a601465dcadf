package org.ppo4j.agent.rollout;

import java.util.Arrays;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.state.TrainingState;

/** One image of each row of a rollout, as {@link ImageInput#frames} frames. */
final class Frames {
  private static final int NONE = -1;

  /** The most bytes of an array that is saved: together, frames may be more than an array takes. */
  private static final int SAVED_BYTES = 1 << 30;

  private final int count;
  private final int size;
  private final int numEnvs;

  /** Where the frames of rows are in {@link #stored}, {@code [T, N, count]}; NONE for zeros. */
  private final int[] places;

  /** The frames that differ, kept for the next rollout. */
  private byte[][] stored = {};

  private int used;

  Frames(ImageInput image, int rows, int numEnvs) {
    count = image.frames();
    size = image.size() / count;
    this.numEnvs = numEnvs;
    places = new int[Math.multiplyExact(rows, count)];
    clear();
  }

  int rowSize() {
    return count * size;
  }

  long storedBytes() {
    return (long) used * size;
  }

  void clear() {
    Arrays.fill(places, NONE);
    used = 0;
  }

  void put(int row, byte[] source, int at) {
    for (int k = 0; k < count; k++) {
      put(row, k, source, at + k * size);
    }
  }

  /** Takes over a row of another rollout's images of the same kind. */
  void put(int row, Frames from, int fromRow) {
    for (int k = 0; k < count; k++) {
      int place = from.places[fromRow * count + k];
      if (place != NONE) {
        put(row, k, from.stored[place], 0);
      }
    }
  }

  private void put(int row, int k, byte[] source, int at) {
    int to = row * count + k;
    if (places[to] != NONE) {
      throw new IllegalStateException("row %d has an image already; clear the rows".formatted(row));
    }
    int place = find(row, k, source, at);
    places[to] = place == NONE ? add(source, at) : place;
  }

  /**
   * Looks for a frame among those that a stack has in common with the step before, which are later
   * there or, where nothing moves, at the same place; then for its own frame before, which a stack
   * repeats at the start of an episode.
   */
  private int find(int row, int k, byte[] source, int from) {
    int previous = (row - numEnvs) * count;
    for (int i = count - 1; i >= k && previous >= 0; i--) {
      if (equals(places[previous + i], source, from)) {
        return places[previous + i];
      }
    }
    int before = row * count + k - 1;
    return k > 0 && equals(places[before], source, from) ? places[before] : NONE;
  }

  private boolean equals(int place, byte[] source, int from) {
    return place != NONE && Arrays.equals(stored[place], 0, size, source, from, from + size);
  }

  private int add(byte[] source, int from) {
    System.arraycopy(source, from, next(), 0, size);
    return used - 1;
  }

  /** Returns the array of one more frame. */
  private byte[] next() {
    if (used == stored.length) {
      stored = Arrays.copyOf(stored, Math.max(64, 2 * used));
    }
    byte[] frame = stored[used];
    if (frame == null) {
      frame = new byte[size];
      stored[used] = frame;
    }
    used++;
    return frame;
  }

  void get(int row, byte[] target, int at) {
    for (int k = 0; k < count; k++) {
      int place = places[row * count + k];
      int to = at + k * size;
      if (place == NONE) {
        Arrays.fill(target, to, to + size, (byte) 0);
      } else {
        System.arraycopy(stored[place], 0, target, to, size);
      }
    }
  }

  /** Saves the frames in the order of the rows, whatever the order that they were written in. */
  void save(TrainingState state, String prefix) {
    save(state, prefix, SAVED_BYTES);
  }

  /** Saves them in arrays of at most {@code mostBytes}, or of one frame if it is larger. */
  void save(TrainingState state, String prefix, int mostBytes) {
    long[] numbers = new long[places.length];
    int[] order = new int[used];
    int[] renumbered = new int[used];
    Arrays.fill(renumbered, NONE);
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      int place = places[i];
      if (place != NONE && renumbered[place] == NONE) {
        order[next] = place;
        renumbered[place] = next++;
      }
      numbers[i] = place == NONE ? NONE : renumbered[place];
    }
    int most = Math.max(1, mostBytes / size);
    state.removeBelow(prefix + "/frames/"); // an earlier save into the same state may have more
    for (int first = 0; first < next; first += most) {
      byte[] frames = new byte[Math.min(most, next - first) * size];
      for (int at = 0; at < frames.length; at += size) {
        System.arraycopy(stored[order[first + at / size]], 0, frames, at, size);
      }
      state.put(framesOf(prefix, first / most), frames);
    }
    state.put(prefix + "/places", numbers);
  }

  private static String framesOf(String prefix, int number) {
    return "%s/frames/%d".formatted(prefix, number);
  }

  void restore(TrainingState state, String prefix) {
    clear();
    for (int i = 0; state.has(framesOf(prefix, i)); i++) {
      byte[] frames = state.bytes(framesOf(prefix, i));
      if (frames.length % size != 0) {
        throw new IllegalArgumentException(
            "the checkpoint's array %s has %d bytes, but a frame has %d"
                .formatted(framesOf(prefix, i), frames.length, size));
      }
      for (int at = 0; at < frames.length; at += size) {
        add(frames, at);
      }
    }
    long[] saved = state.longs(prefix + "/places", places.length);
    for (int i = 0; i < saved.length; i++) {
      if (saved[i] < NONE || saved[i] >= used) {
        throw new IllegalArgumentException(
            "the checkpoint's array %s/places names frame %d, but there are %d"
                .formatted(prefix, saved[i], used));
      }
      places[i] = (int) saved[i];
    }
  }
}
