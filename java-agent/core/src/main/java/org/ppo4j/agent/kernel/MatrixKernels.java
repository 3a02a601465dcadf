package org.ppo4j.agent.kernel;

/**
 * The arithmetic of transformers: products of any matrices, exponentials, and sums of rows.
 *
 * <p>As with {@link Kernels}, each element of a result is computed by the same operations in the
 * same order by each implementation, for any vector length and any division among threads: {@link
 * VectorMatrixKernels} and {@link ScalarMatrixKernels} give the same bytes.
 */
public interface MatrixKernels {
  /** The number of partial sums of {@link #sum} and {@link #dot}; element i is in sum i mod 16. */
  int STRIPES = 16;

  /** Returns the fastest implementation this JVM can run. */
  static MatrixKernels best() {
    return Best.KERNELS;
  }

  /** Returns the implementation as plain loops. */
  static MatrixKernels scalar() {
    return new ScalarMatrixKernels();
  }

  /** Chooses the kernels once. */
  final class Best {
    private static final MatrixKernels KERNELS =
        Kernels.best() instanceof VectorKernels
            ? new VectorMatrixKernels()
            : new ScalarMatrixKernels();

    private Best() {}
  }

  /**
   * C = A B, or C += A B if {@code add}; each element is summed from left to right by fused
   * multiply-adds, from 0 or from the element of C.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param c written by the callee; its column stride is 1
   */
  void product(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add);

  /** Returns the length of the array that {@link #pack} fills. */
  int packedLength(int k, int n);

  /** Returns the number of columns of a packed matrix that stay together. */
  int panel();

  /**
   * Rearranges columns {@code from} to {@code to - 1} of {@code b [k, n]} for {@link
   * #packedProduct}.
   *
   * @param from a multiple of {@link #panel}
   * @param packed {@code [packedLength(k, n)]}, written by the callee
   */
  void pack(int k, int n, int from, int to, Matrix b, float[] packed);

  /**
   * Computes columns {@code from} to {@code to - 1} of {@link #product} with a B that {@link #pack}
   * rearranged.
   *
   * @param from a multiple of {@link #panel}
   */
  void packedProduct(
      int m, int n, int k, int from, int to, Matrix a, float[] packed, Matrix c, boolean add);

  /** Replaces the elements {@code from} to {@code to - 1} by their exponentials. */
  void exp(int from, int to, float[] x);

  /** Returns the sum of {@code n} elements, in {@link #STRIPES} sums that are added in order. */
  float sum(int n, float[] x, int from);

  /** Returns the sum of the products of {@code n} elements, in the order of {@link #sum}. */
  float dot(int n, float[] x, int xFrom, float[] y, int yFrom);
}
