package org.ppo4j.agent.state;

import java.lang.reflect.Array;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named primitive arrays, in which the parts of a training save their state for a checkpoint. Names
 * are paths such as {@code adam/m}. Arrays are copied when they are put; putting one of the same
 * name, type and length again allocates nothing.
 */
public final class TrainingState {
  private final Map<String, Object> arrays = new TreeMap<>();

  /** Stores a copy of {@code array}, of any length, and replaces the array of that name. */
  public void put(String name, float[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  /** Stores a copy of {@code array}, of any length, and replaces the array of that name. */
  public void put(String name, double[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  /** Stores a copy of {@code array}, of any length, and replaces the array of that name. */
  public void put(String name, long[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  /** Stores a copy of {@code array}, of any length, and replaces the array of that name. */
  public void put(String name, byte[] array) {
    if (!overwrite(name, array, array.length)) {
      arrays.put(name, array.clone());
    }
  }

  /** Removes all arrays whose names have {@code prefix}. */
  public void removeBelow(String prefix) {
    arrays.keySet().removeIf(name -> name.startsWith(prefix));
  }

  /** Returns whether there is an array of that name. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /**
   * Returns the live array of that name; throws {@link IllegalArgumentException} if there is none.
   */
  public float[] floats(String name) {
    return array(name, float[].class);
  }

  /**
   * Returns the live array of that name; throws {@link IllegalArgumentException} if there is none.
   */
  public double[] doubles(String name) {
    return array(name, double[].class);
  }

  /**
   * Returns the live array of that name; throws {@link IllegalArgumentException} if there is none.
   */
  public long[] longs(String name) {
    return array(name, long[].class);
  }

  /**
   * Returns the live array of that name; throws {@link IllegalArgumentException} if there is none.
   */
  public byte[] bytes(String name) {
    return array(name, byte[].class);
  }

  /**
   * Returns the live array of that name, which has {@code length} elements; throws {@link
   * IllegalArgumentException} if there is none or it has another length.
   */
  public float[] floats(String name, int length) {
    float[] array = floats(name);
    requireLength(name, array.length, length);
    return array;
  }

  /**
   * Returns the live array of that name, which has {@code length} elements; throws {@link
   * IllegalArgumentException} if there is none or it has another length.
   */
  public double[] doubles(String name, int length) {
    double[] array = doubles(name);
    requireLength(name, array.length, length);
    return array;
  }

  /**
   * Returns the live array of that name, which has {@code length} elements; throws {@link
   * IllegalArgumentException} if there is none or it has another length.
   */
  public long[] longs(String name, int length) {
    long[] array = longs(name);
    requireLength(name, array.length, length);
    return array;
  }

  /**
   * Returns the live array of that name, which has {@code length} elements; throws {@link
   * IllegalArgumentException} if there is none or it has another length.
   */
  public byte[] bytes(String name, int length) {
    byte[] array = bytes(name);
    requireLength(name, array.length, length);
    return array;
  }

  private static void requireLength(String name, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "the checkpoint's array %s has %d elements, but must have %d"
              .formatted(name, length, expected));
    }
  }

  /**
   * Returns the live arrays by name, which the caller must not change: {@code float[]}, {@code
   * double[]}, {@code long[]} or {@code byte[]}.
   */
  public Map<String, Object> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** Copies {@code array} to the array of that name if that has the same type and length. */
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
    return below("");
  }

  /** Returns copies of the arrays whose names begin with {@code prefix}, without it. */
  public TrainingState below(String prefix) {
    TrainingState part = new TrainingState();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), array);
          }
        });
    return part;
  }

  /**
   * Stores copies of all arrays of {@code part}, with {@code prefix} before their names, in place
   * of all that have it.
   */
  public void put(String prefix, TrainingState part) {
    removeBelow(prefix);
    part.arrays.forEach((name, array) -> put(prefix + name, array));
  }

  private void put(String name, Object array) {
    switch (array) {
      case float[] floats -> put(name, floats);
      case double[] doubles -> put(name, doubles);
      case long[] longs -> put(name, longs);
      case byte[] bytes -> put(name, bytes);
      default -> throw new AssertionError(array.getClass());
    }
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
