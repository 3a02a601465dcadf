package org.ppo4j.gymnasium;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * Reads observations from the map. The leaves of a {@link Space.Tuple} are there one after the
 * other, each in its own dtype and from a multiple of {@value #ALIGNMENT} bytes.
 */
final class ObservationCodec {
  private static final int ALIGNMENT = 8;

  /**
   * A leaf of an observation.
   *
   * @param offset its first byte in the observation
   * @param size its numbers
   */
  private record Leaf(long offset, DType dtype, int size, boolean isBytes) {}

  private final List<Leaf> leaves = new ArrayList<>();
  private final long rowBytes;

  ObservationCodec(Space space) {
    long offset = 0;
    for (Space leaf : space.leaves()) {
      DType dtype = BridgeLayout.dtype(leaf);
      leaves.add(new Leaf(offset, dtype, leaf.size(), leaf.holdsBytes()));
      offset += (long) leaf.size() * dtype.bytes();
      if (space instanceof Space.Tuple) {
        offset = Math.ceilDiv(offset, ALIGNMENT) * ALIGNMENT;
      }
    }
    rowBytes = offset;
  }

  /** Returns the bytes of an observation. */
  long rowBytes() {
    return rowBytes;
  }

  /**
   * Reads observations, or final ones, into rows of {@code out}.
   *
   * @param memory contains {@code rows} of them, from byte {@code from}
   * @param first the first row of {@code out}
   * @throws EnvException if an int64 is not exact as a double
   */
  void read(MemorySegment memory, long from, int rows, StepBatch out, int first, boolean isFinal) {
    Leaf all = leaves.getFirst();
    if (rowBytes == (long) all.size * all.dtype.bytes()) {
      // one leaf without a gap behind it, so that rows are contiguous
      boolean isBytes = all.isBytes && out.hasBytes();
      read(memory, from, all.dtype, rows * all.size, out, first * all.size, isBytes, isFinal);
      return;
    }
    int numbers = first * (out.observations.length / out.numEnvs());
    int bytes = first * (out.byteObservations.length / out.numEnvs());
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < leaves.size(); i++) {
        Leaf leaf = leaves.get(i);
        boolean isBytes = leaf.isBytes && out.hasBytes();
        long at = from + row * rowBytes + leaf.offset;
        int to = isBytes ? bytes : numbers;
        read(memory, at, leaf.dtype, leaf.size, out, to, isBytes, isFinal);
        bytes += isBytes ? leaf.size : 0;
        numbers += isBytes ? 0 : leaf.size;
      }
    }
  }

  private static void read(
      MemorySegment memory,
      long from,
      DType dtype,
      int count,
      StepBatch out,
      int at,
      boolean isBytes,
      boolean isFinal) {
    if (isBytes) {
      byte[] bytes = isFinal ? out.finalByteObservations : out.byteObservations;
      MemorySegment.copy(memory, JAVA_BYTE, from, bytes, at, count);
    } else {
      double[] numbers = isFinal ? out.finalObservations : out.observations;
      ElementCodec.read(memory, from, dtype, numbers, at, count);
    }
  }
}
