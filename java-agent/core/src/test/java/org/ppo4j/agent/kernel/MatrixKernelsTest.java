package org.ppo4j.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both implementations give the same bytes, and the scalar one the right numbers. */
class MatrixKernelsTest {
  private final MatrixKernels scalar = new ScalarMatrixKernels();
  private final MatrixKernels vector = new VectorMatrixKernels();

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,64,17",
    "2,2,3",
    "3,5,7",
    "4,48,4",
    "5,49,64",
    "7,33,1",
    "1,64,37",
    "1,7,128",
    "1,205,64",
    "17,64,64",
    "65,47,63",
    "6,40,256",
    "5,24,257",
    "9,17,600",
    "300,50,260"
  })
  void productsAgree(int m, int n, int k) {
    float[] a = normals(m * k + 3, 1);
    float[] b = normals(k * n + 5, 2);
    Matrix a1 = new Matrix(a, 3, k, 1);
    Matrix a2 = new Matrix(a, 2, 1, m);
    Matrix b1 = new Matrix(b, 5, n, 1);
    Matrix b2 = new Matrix(b, 4, 1, k);
    same(m, n, k, a1, b1, false);
    same(m, n, k, a1, b2, true);
    same(m, n, k, a2, b1, true);
    same(m, n, k, a2, b2, false);
  }

  private void same(int m, int n, int k, Matrix a, Matrix b, boolean add) {
    float[] expected = normals(m * (n + 2) + 1, 3);
    float[] actual = expected.clone();
    float[] packed = expected.clone();
    scalar.product(m, n, k, a, b, new Matrix(expected, 1, n + 2, 1), add);
    vector.product(m, n, k, a, b, new Matrix(actual, 1, n + 2, 1), add);
    assertThat(actual).isEqualTo(expected);

    float[] panels = new float[vector.packedLength(k, n)];
    int middle = Math.min(n, vector.panel());
    vector.pack(k, n, 0, middle, b, panels);
    vector.pack(k, n, middle, n, b, panels);
    Matrix c = new Matrix(packed, 1, n + 2, 1);
    vector.packedProduct(m, n, k, 0, middle, a, panels, c, add);
    vector.packedProduct(m, n, k, middle, n, a, panels, c, add);
    assertThat(packed).as("packed").isEqualTo(expected);
  }

  @Test
  void productByHand() {
    // [1 2; 3 4] [5 6; 7 8] = [1*5+2*7 1*6+2*8; 3*5+4*7 3*6+4*8]
    float[] c = new float[4];
    Matrix a = Matrix.of(new float[] {1, 2, 3, 4}, 0, 2);
    Matrix b = Matrix.of(new float[] {5, 6, 7, 8}, 0, 2);
    scalar.product(2, 2, 2, a, b, Matrix.of(c, 0, 2), false);
    assertThat(c).containsExactly(19, 22, 43, 50);
    scalar.product(2, 2, 2, a.transposed(), b, Matrix.of(c, 0, 2), true);
    // [1 3; 2 4] [5 6; 7 8] = [1*5+3*7 1*6+3*8; 2*5+4*7 2*6+4*8]
    assertThat(c).containsExactly(19 + 26, 22 + 30, 43 + 38, 50 + 44);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 15, 16, 17, 31, 100, 1000})
  void sumsAgree(int n) {
    float[] x = normals(n + 3, 4);
    float[] y = normals(n + 1, 5);
    assertThat(vector.sum(n, x, 3)).isEqualTo(scalar.sum(n, x, 3));
    assertThat(vector.dot(n, x, 3, y, 1)).isEqualTo(scalar.dot(n, x, 3, y, 1));
    double sum = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      sum += x[3 + i];
      dot += (double) x[3 + i] * y[1 + i];
    }
    assertThat((double) scalar.sum(n, x, 3)).isCloseTo(sum, within(1e-3));
    assertThat((double) scalar.dot(n, x, 3, y, 1)).isCloseTo(dot, within(1e-3));
  }

  @Test
  void exponentialsAgree() {
    float[] x = new float[20_011];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 10_000) * 0.0087f;
    }
    float[] expected = x.clone();
    float[] actual = x.clone();
    scalar.exp(0, x.length, expected);
    vector.exp(0, x.length, actual);
    assertThat(actual).isEqualTo(expected);
    for (int i = 0; i < x.length; i++) {
      double exact = Math.exp(x[i]);
      assertThat((double) actual[i]).isCloseTo(exact, within(3e-7 * exact));
    }
    float[] ends = {-1e30f, Float.NEGATIVE_INFINITY, 0, 1e30f, Float.NaN};
    scalar.exp(0, 5, ends);
    assertThat(ends[0]).isBetween(1e-38f, 1.3e-38f).isEqualTo(ends[1]);
    assertThat(ends[2]).isEqualTo(1f);
    assertThat(ends[3]).isFinite().isGreaterThan(1e38f);
    assertThat(ends[4]).isNaN();
  }

  private static float[] normals(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
