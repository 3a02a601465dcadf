package org.ppo4j.agent.state;

import java.lang.reflect.Array;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named primitive arrays: what the parts of a training put into a checkpoint and take out of it.
 * Names are paths such as {@code adam/m}. Arrays are copied on the way in; to put one of the same
 * name, type and length again allocates nothing.
 */
public final class TrainingState {
  private final Map<String, Object> arrays = new TreeMap<>();

  public void put(String name, float[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  public void put(String name, double[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  public void put(String name, long[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  public void put(String name, byte[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  /** Returns whether there is an array of that name. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** Returns the array of that name; throws {@link IllegalArgumentException} if it is not there. */
  public float[] floats(String name) {
    return array(name, float[].class);
  }

  /** Returns the array of that name; throws {@link IllegalArgumentException} if it is not there. */
  public double[] doubles(String name) {
    return array(name, double[].class);
  }

  /** Returns the array of that name; throws {@link IllegalArgumentException} if it is not there. */
  public long[] longs(String name) {
    return array(name, long[].class);
  }

  /** Returns the array of that name; throws {@link IllegalArgumentException} if it is not there. */
  public byte[] bytes(String name) {
    return array(name, byte[].class);
  }

  /**
   * Returns all arrays by name: {@code float[]}, {@code double[]}, {@code long[]} or {@code
   * byte[]}.
   */
  public Map<String, Object> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** Copies to what has that name, if it is an array of the same type and length. */
  private boolean overwrite(String name, Object array, int length) {
    Object kept = arrays.get(name);
    if (kept == null || kept.getClass() != array.getClass() || Array.getLength(kept) != length) {
      return false;
    }
    System.arraycopy(array, 0, kept, 0, length);
    return true;
  }

  /** Returns a copy. */
  public TrainingState copy() {
    TrainingState copy = new TrainingState();
    arrays.forEach(
        (name, array) -> {
          switch (array) {
            case float[] floats -> copy.put(name, floats);
            case double[] doubles -> copy.put(name, doubles);
            case long[] longs -> copy.put(name, longs);
            case byte[] bytes -> copy.put(name, bytes);
            default -> throw new AssertionError(array.getClass());
          }
        });
    return copy;
  }

  private <T> T array(String name, Class<T> type) {
    Object array = arrays.get(name);
    if (!type.isInstance(array)) {
      throw new IllegalArgumentException(
          "the checkpoint has no %s named %s".formatted(type.getSimpleName(), name));
    }
    return type.cast(array);
  }
}
