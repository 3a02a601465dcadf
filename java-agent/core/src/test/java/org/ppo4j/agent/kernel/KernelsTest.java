package org.ppo4j.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both implementations give the same bytes, and the scalar one the right numbers. */
class KernelsTest {
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,64,17",
    "2,2,3",
    "3,5,7",
    "4,16,4",
    "5,17,64",
    "7,33,1",
    "17,64,64",
    "64,1,65",
    "65,47,63",
    "67,128,129",
    "6,40,256",
    "9,80,300",
    "3,512,200",
    "5,24,257",
    "9,17,600"
  })
  void multiplyAgrees(int m, int columns, int k) {
    int n = vector.padded(columns);
    float[] a = normals(m * k, 1);
    float[] b = normals(k * n, 2);
    float[] bias = normals(n, 3);
    float[] expected = new float[m * n];
    float[] actual = new float[m * n];
    scalar.multiply(m, n, k, a, k, 1, b, bias, expected);
    vector.multiply(m, n, k, a, k, 1, b, bias, actual);
    assertThat(actual).isEqualTo(expected);

    scalar.multiply(m, n, k, a, 1, m, b, bias, expected);
    vector.multiply(m, n, k, a, 1, m, b, bias, actual);
    assertThat(actual).as("A transposed").isEqualTo(expected);

    int split = k / 3;
    float[] rest = Arrays.copyOfRange(a, split * m, k * m);
    float[] below = Arrays.copyOfRange(b, split * n, k * n);
    vector.multiply(m, n, split, a, 1, m, b, bias, actual);
    vector.multiplyAdd(m, n, k - split, rest, 1, m, below, actual);
    assertThat(actual).as("the sum of two products").isEqualTo(expected);
    scalar.multiply(m, n, split, a, 1, m, b, bias, actual);
    scalar.multiplyAdd(m, n, k - split, rest, 1, m, below, actual);
    assertThat(actual).as("the sum of two scalar products").isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "3,7,5",
    "4,32,256",
    "81,64,512",
    "49,70,300",
    "300,32,81",
    "6,120,40",
    "47,90,60"
  })
  void multiplyGatheredAgrees(int m, int columns, int k) {
    int n = vector.padded(columns);
    int[] rowAt = IntStream.range(0, m).map(i -> (i * 7 + 3) % m).toArray();
    int[] colAt = IntStream.range(0, k).map(l -> (l * 5 + 1) % k * 2).toArray();
    float[] a = normals(m + 2 * k, 1);
    float[] b = normals(k * n, 2);
    float[] init = normals(m * n, 3);
    for (int initRow : new int[] {0, n}) {
      float[] expected = new float[m * n];
      float[] actual = new float[m * n];
      scalar.multiplyGathered(m, n, k, a, rowAt, colAt, b, init, initRow, expected);
      vector.multiplyGathered(m, n, k, a, rowAt, colAt, b, init, initRow, actual);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void longRowsHaveAnOddNumberOfCacheLines() {
    assertThat(scalar.padded(512)).isEqualTo(512);
    assertThat(vector.padded(64)).isEqualTo(64);
    for (int n = 1; n < 2000; n++) {
      int padded = vector.padded(n);
      assertThat(padded % vector.padding()).isZero();
      assertThat(padded - n).isBetween(0, vector.padding() - 1 + Kernels.LINE);
      assertThat(padded >= Kernels.LONG_ROW && padded % (2 * Kernels.LINE) == 0).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 19, 256})
  void bytesAreDividedBy255(int n) {
    byte[] bytes = new byte[n + 3];
    for (int i = 0; i < n; i++) {
      bytes[3 + i] = (byte) (i + 100);
    }
    for (Kernels kernels : List.of(scalar, vector)) {
      float[] y = new float[n + 1];
      kernels.fromBytes(n, bytes, 3, y);
      for (int i = 0; i < n; i++) {
        assertThat(y[i]).isEqualTo((i + 100) % 256 / 255f);
      }
      assertThat(y[n]).isZero();
    }
  }

  @Test
  void multiplyByHand() {
    // [1 2; 3 4] [5 6; 7 8] + [100 200] = [1*5+2*7+100 1*6+2*8+200; 3*5+4*7+100 3*6+4*8+200]
    float[] c = new float[4];
    scalar.multiply(
        2,
        2,
        2,
        new float[] {1, 2, 3, 4},
        2,
        1,
        new float[] {5, 6, 7, 8},
        new float[] {100, 200},
        c);
    assertThat(c).containsExactly(119, 222, 143, 250);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 127, 1000})
  void elementwiseKernelsAgree(int n) {
    agree(n, (kernels, x) -> kernels.tanh(n, x));
    agree(n, (kernels, x) -> kernels.relu(n, x));
    float[] y = normals(n, 9);
    agree(n, (kernels, x) -> kernels.tanhGradient(n, y, x));
    agree(n, (kernels, x) -> kernels.reluGradient(n, y, x));
    agree(n, (kernels, x) -> kernels.elu(n, x));
    agree(n, (kernels, x) -> kernels.eluGradient(n, y, x));
    agree(n, (kernels, x) -> kernels.leakyRelu(n, x));
    agree(n, (kernels, x) -> kernels.leakyReluGradient(n, y, x));
    agree(n, (kernels, x) -> kernels.silu(n, x, new float[n]));
    agree(n, (kernels, x) -> kernels.silu(n, y.clone(), x));
    agree(n, (kernels, x) -> kernels.scale(n, y, x));
    float[] x = normals(n, 10);
    assertThat(vector.sumOfSquares(n, x)).isEqualTo(scalar.sumOfSquares(n, x));
  }

  @Test
  void activationsAgreeOutsideTheOrdinary() {
    float[] special = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0f,
      -0f,
      7.9f,
      -7.9f,
      8f,
      -8f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      1f,
      -1f,
      1e-20f
    };
    for (BiConsumer<Kernels, float[]> activation :
        List.<BiConsumer<Kernels, float[]>>of(
            (kernels, x) -> kernels.tanh(x.length, x),
            (kernels, x) -> kernels.relu(x.length, x),
            (kernels, x) -> kernels.elu(x.length, x),
            (kernels, x) -> kernels.leakyRelu(x.length, x),
            (kernels, x) -> kernels.silu(x.length, x, new float[x.length]))) {
      float[] expected = special.clone();
      float[] actual = special.clone();
      activation.accept(scalar, expected);
      activation.accept(vector, actual);
      assertThat(actual).isEqualTo(expected);
      assertThat(actual[0]).isNaN();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "64,16", "5,67"})
  void columnSumsAgree(int rows, int n) {
    float[] a = normals(rows * n, 4);
    float[] expected = new float[n];
    float[] actual = new float[n];
    expected[0] = 5;
    actual[0] = 5;
    scalar.addColumnSums(rows, n, a, expected);
    vector.addColumnSums(rows, n, a, actual);
    assertThat(actual).isEqualTo(expected);
    float sum = 5;
    for (int row = 0; row < rows; row++) {
      sum += a[row * n];
    }
    assertThat(actual[0]).isEqualTo(sum);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 21, 100})
  void adamAgrees(int n) {
    int from = n / 3;
    float[][] states = {normals(n, 5), normals(n, 6), normals(n, 7), normals(n, 8)};
    for (int i = 0; i < n; i++) {
      states[3][i] *= states[3][i];
    }
    float[][] expected = deepCopy(states);
    float[][] actual = deepCopy(states);
    scalar.adam(
        from,
        n,
        expected[0],
        expected[1],
        expected[2],
        expected[3],
        .5f,
        .9,
        .999,
        .003f,
        2f,
        1e-5f);
    vector.adam(
        from, n, actual[0], actual[1], actual[2], actual[3], .5f, .9, .999, .003f, 2f, 1e-5f);
    assertThat(actual).isDeepEqualTo(expected);
    for (int i = 0; i < n; i++) {
      assertThat(actual[0][i] != states[0][i]).as("parameter %d changed", i).isEqualTo(i >= from);
    }
  }

  @Test
  void tanhKeepsItsErrorBound() {
    for (float x = -12; x <= 12; x += 1e-4f) {
      float y = RationalTanh.tanh(x);
      assertThat((double) y).isCloseTo(Math.tanh(x), within(4e-7));
      assertThat(Math.abs(y)).isLessThanOrEqualTo(1f);
    }
    for (float x = 1e-30f; x < 1e-2f; x *= 1.1f) {
      double relative = RationalTanh.tanh(x) / Math.tanh(x) - 1;
      assertThat(relative).as("tanh(%s)", x).isCloseTo(0, within(6e-7));
    }
  }

  private void agree(int n, BiConsumer<Kernels, float[]> operation) {
    float[] expected = normals(n, 11);
    float[] actual = expected.clone();
    operation.accept(scalar, expected);
    operation.accept(vector, actual);
    assertThat(actual).isEqualTo(expected);
  }

  private static float[][] deepCopy(float[][] arrays) {
    float[][] copy = new float[arrays.length][];
    for (int i = 0; i < arrays.length; i++) {
      copy[i] = arrays[i].clone();
    }
    return copy;
  }

  private static float[] normals(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (2 * random.nextGaussian());
    }
    return values;
  }
}
