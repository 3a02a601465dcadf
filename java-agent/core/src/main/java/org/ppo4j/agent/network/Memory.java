package org.ppo4j.agent.network;

import java.util.Arrays;

/**
 * What recurrent networks remember of the sequences that the rows of a call belong to.
 *
 * <p>The rows of a call are {@code [T, E]}: T steps of E sequences, row {@code t * E + e} being
 * step t of sequence e. A call reads {@link #states} and {@link #starts} and writes {@link #next}.
 * The arrays belong to the caller.
 */
public final class Memory {
  /** The states before the first step, {@code [E, S]}; may be longer. */
  public final float[] states;

  /** The states after the last step, {@code [E, S]}, written by the networks. */
  public final float[] next;

  /**
   * Whether a row is the first of an episode, before which nothing is remembered, {@code [T, E]}.
   */
  public final boolean[] starts;

  /** The number of sequences, E. */
  public int sequences;

  private final int size;

  /**
   * Creates an empty memory.
   *
   * @param sequences the maximum of E
   * @param rows the maximum of T * E
   * @param size S, {@link NetworkShape#stateSize}; 0 for networks that remember nothing
   */
  public Memory(int sequences, int rows, int size) {
    states = new float[Math.multiplyExact(sequences, size)];
    next = new float[states.length];
    starts = new boolean[size == 0 ? 0 : rows];
    this.sequences = sequences;
    this.size = size;
  }

  /** Forgets all sequences. */
  public void clear() {
    Arrays.fill(states, 0);
  }

  /** Forgets sequence {@code e}. */
  public void clear(int e) {
    Arrays.fill(states, e * size, (e + 1) * size, 0);
  }

  /** Makes the states after the last call those before the next. */
  public void advance() {
    System.arraycopy(next, 0, states, 0, states.length);
  }
}
