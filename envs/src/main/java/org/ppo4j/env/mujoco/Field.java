package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;

/**
 * What MuJoCo computes on its way to the next state, for all simulations; a field of {@code mjData}
 * under its name there.
 *
 * <p>After a step it is as MuJoCo leaves it, and as Gymnasium reads it: derived from the last state
 * but one for positions, from the last stage of integration for forces. It is no part of MuJoCo's
 * state, and cannot be had from it.
 *
 * @param values the numbers of all simulations, {@code [N, size]}; MuJoCo's memory
 * @param size how many numbers a simulation has
 */
record Field(MemorySegment values, int size) {

  /** Returns number {@code k} of simulation {@code i}. */
  double at(int i, int k) {
    return values.getAtIndex(JAVA_DOUBLE, (long) i * size + k);
  }

  /** Writes the numbers of simulation {@code i} from {@code from} on to {@code out}. */
  void read(int i, int from, double[] out, int offset) {
    MemorySegment.copy(
        values, JAVA_DOUBLE, at(i) + (long) from * Double.BYTES, out, offset, size - from);
  }

  /** Takes over the numbers of simulation {@code i}, until MuJoCo computes them anew. */
  void write(int i, double[] from, int offset) {
    MemorySegment.copy(from, offset, values, JAVA_DOUBLE, at(i), size);
  }

  private long at(int i) {
    return (long) i * size * Double.BYTES;
  }
}
