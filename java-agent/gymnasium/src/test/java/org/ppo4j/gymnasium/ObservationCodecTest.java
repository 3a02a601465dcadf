package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/** Where the numbers of an observation are in the map, worked out by hand. */
class ObservationCodecTest {
  private static final Space.Box IMAGE =
      new Space.Box(new double[2], new double[] {255, 255}, new int[] {1, 2}, DType.UINT8);

  @Test
  void theLeavesOfATupleStartAtMultiplesOfEightBytes() {
    Space space =
        new Space.Tuple(
            Space.Box.of(-1, 1, 3, DType.FLOAT32), IMAGE, Space.Box.of(-9, 9, 1, DType.INT64));
    ObservationCodec codec = new ObservationCodec(space);
    assertThat(codec.rowBytes()).as("12, 2 and 8 bytes").isEqualTo(16 + 8 + 8);
    assertThat(BridgeLayout.of(3, new Space.Discrete(2), space, 0).finalObservations())
        .isEqualTo(192 + 128);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64 + 2 * 32, 8);
      for (int row = 0; row < 2; row++) {
        long at = 64 + 32L * row;
        memory.set(ValueLayout.JAVA_FLOAT, at, 0.25f + row);
        memory.set(ValueLayout.JAVA_FLOAT, at + 8, -0.5f);
        memory.set(ValueLayout.JAVA_BYTE, at + 17, (byte) 200);
        memory.set(ValueLayout.JAVA_LONG, at + 24, -7L - row);
      }
      StepBatch batch = new StepBatch(3, space.size());
      codec.read(memory, 64, 2, batch, 1, false);
      codec.read(memory, 96, 1, batch, 0, true);
      assertThat(batch.observations)
          .containsExactly(0, 0, 0, 0, 0, 0, 0.25, 0, -0.5, 0, 200, -7, 1.25, 0, -0.5, 0, 200, -8);
      assertThat(batch.finalObservations).startsWith(1.25, 0, -0.5, 0, 200, -8).endsWith(0, 0);
    }
  }

  @Test
  void aLeafOfATupleHasAGapBehindIt() {
    Space space = new Space.Tuple(IMAGE);
    ObservationCodec codec = new ObservationCodec(space);
    assertThat(codec.rowBytes()).isEqualTo(8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(24, 8);
      for (int row = 0; row < 3; row++) {
        memory.set(ValueLayout.JAVA_BYTE, 8L * row, (byte) (10 + row));
        memory.set(ValueLayout.JAVA_BYTE, 8L * row + 1, (byte) (20 + row));
      }
      StepBatch numbers = new StepBatch(3, 2);
      codec.read(memory, 0, 3, numbers, 0, false);
      assertThat(numbers.observations).containsExactly(10, 20, 11, 21, 12, 22);
    }
  }

  @Test
  void otherObservationsHaveNoGaps() {
    assertThat(new ObservationCodec(IMAGE).rowBytes()).isEqualTo(2);
    assertThat(new ObservationCodec(Space.Box.of(0, 1, 3, DType.FLOAT32)).rowBytes()).isEqualTo(12);
  }
}
