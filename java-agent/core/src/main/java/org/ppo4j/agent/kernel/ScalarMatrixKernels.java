package org.ppo4j.agent.kernel;

/** {@link MatrixKernels} as plain loops: the reference, the fallback, and the scalar tails. */
final class ScalarMatrixKernels implements MatrixKernels {

  @Override
  public void product(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = add ? c.elements()[c.at(i, j)] : 0;
        for (int l = 0; l < k; l++) {
          sum = Math.fma(a.elements()[a.at(i, l)], b.elements()[b.at(l, j)], sum);
        }
        c.elements()[c.at(i, j)] = sum;
      }
    }
  }

  @Override
  public int packedLength(int k, int n) {
    return k * n;
  }

  @Override
  public int panel() {
    return 1;
  }

  @Override
  public void pack(int k, int n, int from, int to, Matrix b, float[] packed) {
    for (int l = 0; l < k; l++) {
      for (int j = from; j < to; j++) {
        packed[l * n + j] = b.elements()[b.at(l, j)];
      }
    }
  }

  @Override
  public void packedProduct(
      int m, int n, int k, int from, int to, Matrix a, float[] packed, Matrix c, boolean add) {
    product(m, to - from, k, a, Matrix.of(packed, from, n), c.from(0, from), add);
  }

  @Override
  public void exp(int from, int to, float[] x) {
    for (int i = from; i < to; i++) {
      x[i] = RationalExp.exp(x[i]);
    }
  }

  @Override
  public float sum(int n, float[] x, int from) {
    float[] sums = new float[STRIPES];
    for (int i = 0; i < n; i++) {
      sums[i % STRIPES] += x[from + i];
    }
    return total(sums);
  }

  @Override
  public float dot(int n, float[] x, int xFrom, float[] y, int yFrom) {
    float[] sums = new float[STRIPES];
    for (int i = 0; i < n; i++) {
      sums[i % STRIPES] = Math.fma(x[xFrom + i], y[yFrom + i], sums[i % STRIPES]);
    }
    return total(sums);
  }

  private static float total(float[] sums) {
    float total = 0;
    for (float sum : sums) {
      total += sum;
    }
    return total;
  }
}
