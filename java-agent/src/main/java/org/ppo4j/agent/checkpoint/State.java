package org.ppo4j.agent.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named primitive arrays: what the parts of a training put into a checkpoint and take out of it.
 * Names are paths such as {@code adam/m}. Arrays are copied on the way in.
 */
public final class State {
  private final Map<String, Object> arrays = new TreeMap<>();

  public void put(String name, float[] array) {
    arrays.put(name, array.clone());
  }

  public void put(String name, double[] array) {
    arrays.put(name, array.clone());
  }

  public void put(String name, long[] array) {
    arrays.put(name, array.clone());
  }

  public void put(String name, byte[] array) {
    arrays.put(name, array.clone());
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

  private <T> T array(String name, Class<T> type) {
    Object array = arrays.get(name);
    if (!type.isInstance(array)) {
      throw new IllegalArgumentException(
          "the checkpoint has no %s named %s".formatted(type.getSimpleName(), name));
    }
    return type.cast(array);
  }
}
