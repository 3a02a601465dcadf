package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;

/**
 * A field of {@code mjData} of all simulations: an intermediate result that MuJoCo computes on the
 * way to the next state.
 *
 * <p>After a step, the values are those that MuJoCo leaves there and that Gymnasium reads.
 * Positions are derived from the state before the last one, forces from the last stage of the
 * integration. A field is not part of MuJoCo's state and cannot be computed from it.
 *
 * @param values the values of all simulations, {@code [N, size]}; MuJoCo's memory
 * @param size the number of values per simulation
 */
record Field(MemorySegment values, int size) {

  /** Returns value {@code k} of simulation {@code i}. */
  double at(int i, int k) {
    return values.getAtIndex(JAVA_DOUBLE, (long) i * size + k);
  }

  /** Copies the values of simulation {@code i}, starting with {@code from}, to {@code out}. */
  void read(int i, int from, double[] out, int offset) {
    MemorySegment.copy(
        values, JAVA_DOUBLE, at(i) + (long) from * Double.BYTES, out, offset, size - from);
  }

  /** Sets the values of simulation {@code i}; MuJoCo overwrites them when it computes them. */
  void write(int i, double[] from, int offset) {
    MemorySegment.copy(from, offset, values, JAVA_DOUBLE, at(i), size);
  }

  private long at(int i) {
    return (long) i * size * Double.BYTES;
  }
}
