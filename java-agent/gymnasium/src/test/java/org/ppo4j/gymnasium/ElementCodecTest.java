package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;

/** Conversions compared with the bytes of numpy's {@code tobytes} on a little-endian machine. */
class ElementCodecTest {

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 0.1 -2.5, 9a9999999999b93f00000000000004c0",
    "FLOAT32, 0.10000000149011612 -2.5, cdcccc3d000020c0",
    "INT64, -1 9007199254740992, ffffffffffffffff0000000000002000",
    "INT32, -2 2147483647, feffffffffffff7f",
    "INT16, -2 32767, feffff7f",
    "UINT16, 1 65535, 0100ffff",
    "INT8, -128 127, 807f",
    "UINT8, 1 255, 01ff",
    "BOOL, 0 1, 0001"
  })
  void readsAndWrites(DType dtype, String values, String hex) {
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = HexFormat.of().parseHex(hex);
    double[] numbers = numbers(values);
    MemorySegment memory = MemorySegment.ofArray(new long[4]);
    double[] padded = {7, numbers[0], numbers[1], 7};
    ElementCodec.write(padded, 1, 2, memory, 8, dtype);
    assertThat(memory.asSlice(8, bytes.length).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
    assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
    double[] out = {7, 0, 0, 7};
    ElementCodec.read(memory, 8, dtype, out, 1, 2);
    assertThat(out).isEqualTo(padded);
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, -1 300, 0 255",
    "UINT8, 254.5 0.6, 254 1",
    "INT8, -200 127.6, -128 127",
    "UINT16, -1 70000, 0 65535",
    "INT16, -40000 2.5, -32768 2",
    "INT32, -3e9 1.5, -2147483648 2",
    "INT64, -1e3 0.5, -1000 0",
    "BOOL, -3 0.7, 0 1"
  })
  void integersAreRoundedAndNeverWrap(DType dtype, String values, String expected) {
    MemorySegment memory = MemorySegment.ofArray(new long[4]);
    ElementCodec.write(numbers(values), 0, 2, memory, 8, dtype);
    double[] out = new double[2];
    ElementCodec.read(memory, 8, dtype, out, 0, 2);
    assertThat(out).isEqualTo(numbers(expected));
  }

  private static double[] numbers(String values) {
    return Arrays.stream(values.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  @Test
  void refusesWhatDoublesCannotRepresent() {
    MemorySegment memory = MemorySegment.ofArray(new long[] {(1L << 53) + 1});
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> ElementCodec.read(memory, 0, DType.INT64, new double[1], 0, 1))
        .withMessageContaining("9007199254740993")
        .withMessageContaining("2^53");
  }
}
