package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link NumpyRandom} equals numpy, whose draws {@code record_numpy_random.py} recorded. */
class NumpyRandomTest {

  /** The recorded calls on the generator of one seed. */
  record Recording(BigInteger seed, List<String[]> calls) {
    @Override
    public String toString() {
      return "seed " + seed;
    }
  }

  static Stream<Recording> recordings() {
    List<Recording> recordings = new ArrayList<>();
    for (String[] line : GoldenFile.lines("numpy_random.txt")) {
      if (line[0].equals("seed")) {
        recordings.add(new Recording(new BigInteger(line[1]), new ArrayList<>()));
      } else {
        recordings.getLast().calls().add(line);
      }
    }
    assertThat(recordings).hasSize(22);
    return recordings.stream();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void drawsWhatNumpyDraws(Recording recording) {
    NumpyRandom random = new NumpyRandom(recording.seed());
    for (String[] call : recording.calls()) {
      assertThat(answer(random, call)).as(String.join(" ", call)).isEqualTo(call[call.length - 1]);
    }
  }

  private static String answer(NumpyRandom random, String[] call) {
    return switch (call[0]) {
      case "state" -> {
        long[] state = random.state();
        assertThat(hex(state[0]) + hex(state[1])).isEqualTo(call[1]);
        assertThat(hex(state[2]) + hex(state[3])).isEqualTo(call[2]);
        assertThat(Long.toString(state[4])).isEqualTo(call[3]);
        yield Long.toString(state[5]);
      }
      case "uint64" -> hex(random.nextUint64());
      case "double" -> hex(random.nextDouble());
      case "uniform" -> hex(random.uniform(GoldenFile.number(call[1]), GoldenFile.number(call[2])));
      case "integers" -> Long.toString(random.integers(Long.parseLong(call[1])));
      case "xor_of_uint64s" -> {
        long xor = 0;
        for (int i = 0; i < Integer.parseInt(call[1]); i++) {
          xor ^= random.nextUint64();
        }
        yield hex(xor);
      }
      case "sum_of_integers" -> {
        long sum = 0;
        for (int i = 0; i < Integer.parseInt(call[1]); i++) {
          sum += random.integers(Long.parseLong(call[2]));
        }
        yield Long.toString(sum);
      }
      default -> throw new IllegalArgumentException("unknown call " + call[0]);
    };
  }

  @Test
  void longAndBigIntegerSeedsAgree() {
    for (long seed : new long[] {0, 1, 1L << 31, (1L << 53) + 1, Long.MAX_VALUE}) {
      assertThat(new NumpyRandom(seed).state())
          .isEqualTo(new NumpyRandom(BigInteger.valueOf(seed)).state());
    }
  }

  @Test
  void restoredGeneratorContinues() {
    NumpyRandom random = new NumpyRandom(7);
    random.integers(10); // leaves half a draw unused
    NumpyRandom other = new NumpyRandom(8);
    other.restore(random.state());
    for (int i = 0; i < 100; i++) {
      assertThat(other.integers(1000)).isEqualTo(random.integers(1000));
      assertThat(other.nextUint64()).isEqualTo(random.nextUint64());
    }
  }

  /**
   * {@code z = default_rng(5).standard_normal(1000000)} of numpy 2.4.6: the exclusive or of the
   * bits, the maximum of |z|, and the number in the tail, which is drawn differently.
   */
  @Test
  void normalDeviatesAreNumpys() {
    NumpyRandom random = new NumpyRandom(5);
    long xor = 0;
    double max = 0;
    int tail = 0;
    for (int i = 0; i < 1_000_000; i++) {
      double z = random.standardNormal();
      xor ^= Double.doubleToRawLongBits(z);
      max = Math.max(max, Math.abs(z));
      tail += Math.abs(z) > 3.654152885361009 ? 1 : 0;
    }
    assertThat(xor).isEqualTo(0x804ef10f0a04ca0dL);
    assertThat(max).isEqualTo(4.820175842608121);
    assertThat(tail).isEqualTo(276);
  }

  @Test
  void invalidStatesAreRejected() {
    NumpyRandom random = new NumpyRandom(7);
    long[] before = random.state();
    for (long[] wrong : new long[][] {{}, {1, 2, 3, 4, 0, 0}, {1, 2, 3, 5, 2, 0}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> random.restore(wrong))
          .withMessageContaining("PCG64");
    }
    assertThat(random.state()).isEqualTo(before);
  }

  @Test
  void negativeSeedsAndEmptyRangesAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NumpyRandom(-3))
        .withMessage("a seed must not be negative, but is -3");
    NumpyRandom random = new NumpyRandom(0);
    assertThatIllegalArgumentException().isThrownBy(() -> random.integers(0));
    assertThatIllegalArgumentException().isThrownBy(() -> random.integers((1L << 32) + 1));
  }

  private static String hex(long bits) {
    return "%016x".formatted(bits);
  }

  private static String hex(double value) {
    return hex(Double.doubleToRawLongBits(value));
  }
}
