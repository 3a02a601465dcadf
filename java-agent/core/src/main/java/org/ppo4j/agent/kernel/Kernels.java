package org.ppo4j.agent.kernel;

import org.slf4j.LoggerFactory;

/**
 * The arithmetic of the hot path. Matrices are row-major in {@code float[]}s owned by the caller.
 *
 * <p>Every element of a result is computed by the same operations in the same order by each
 * implementation, whatever its vector length: {@link VectorKernels} and {@link ScalarKernels} give
 * the same bytes.
 */
public interface Kernels {

  /** The numbers of a cache line. */
  int LINE = 16;

  /** Numbers from which on a row is padded to an odd number of lines. */
  int LONG_ROW = 256;

  /** The slope of {@link #leakyRelu} below 0, PyTorch's default. */
  float LEAK = 0.01f;

  /** Returns the number by which the columns of {@link #multiply} must be divisible. */
  int padding();

  /**
   * Returns the length of a row of {@code n} numbers: {@code n} rounded up to a multiple of {@link
   * #padding}, and a long row to an odd number of cache lines. With an even number the columns of a
   * matrix would share few places of the first-level cache: at 512 columns, products take a fifth
   * longer.
   */
  default int padded(int n) {
    int length = (n + padding() - 1) / padding() * padding();
    boolean vectors = padding() > 1;
    return vectors && length >= LONG_ROW && length % (2 * LINE) == 0 ? length + LINE : length;
  }

  /** Returns the fastest implementation this JVM can run. */
  static Kernels best() {
    return Best.KERNELS;
  }

  /** Returns the reference, plain loops. */
  static Kernels scalar() {
    return new ScalarKernels();
  }

  /** Chooses the kernels once, and logs the reason where the choice is the slow one. */
  final class Best {
    private static final Kernels KERNELS = choose();

    private Best() {}

    private static Kernels choose() {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
        return new VectorKernels();
      }
      // The logger is fetched only here: Logback takes 70 ms to configure itself.
      LoggerFactory.getLogger(Kernels.class)
          .warn(
              "the Vector API is not available, so networks run on plain Java loops, three to ten"
                  + " times slower; start Java with --add-modules=jdk.incubator.vector");
      return new ScalarKernels();
    }
  }

  /**
   * C = A B + bias, with {@code c[i, j] = bias[j] + a[i, 0] b[0, j] + a[i, 1] b[1, j] + ...},
   * summed from left to right by fused multiply-adds.
   *
   * @param m rows of A and C
   * @param n columns of B and C, a multiple of {@link #padding}
   * @param k columns of A, rows of B
   * @param a element {@code [i, l]} at {@code i * aRowStride + l * aColumnStride}
   * @param b {@code [k, n]}
   * @param bias {@code [n]}; zeros for none
   * @param c {@code [m, n]}, overwritten
   */
  void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aRowStride,
      int aColumnStride,
      float[] b,
      float[] bias,
      float[] c);

  /**
   * C += A B, summed as in {@link #multiply} from the elements of C on: the products of some rows
   * of B and then of the others give the bytes of one product of all.
   *
   * @param c {@code [m, n]}, changed
   */
  void multiplyAdd(
      int m, int n, int k, float[] a, int aRowStride, int aColumnStride, float[] b, float[] c);

  /**
   * C = init + A B as {@link #multiply} computes it, where the elements of A lie anywhere in an
   * array: a convolution is such a product, whose A has a row of pixels for each position.
   *
   * @param m rows of A and C
   * @param n columns of B and C, a multiple of {@link #padding}
   * @param k columns of A, rows of B
   * @param a element {@code [i, l]} at {@code rowAt[i] + colAt[l]}
   * @param rowAt {@code [m]}; may be longer
   * @param colAt {@code [k]}; may be longer
   * @param b {@code [k, n]}
   * @param init element {@code [i, j]} at {@code i * initRow + j}: a bias, with a stride of 0, or
   *     {@code c} itself, to which the product is then added
   * @param c {@code [m, n]}, overwritten
   */
  void multiplyGathered(
      int m,
      int n,
      int k,
      float[] a,
      int[] rowAt,
      int[] colAt,
      float[] b,
      float[] init,
      int initRow,
      float[] c);

  /** Sets {@code y} to {@code n} unsigned bytes from {@code from} on, each divided by 255. */
  void fromBytes(int n, byte[] bytes, int from, float[] y);

  /** Adds the first {@code n} elements of {@code x}, from {@code from} on, to {@code sum}. */
  void add(int n, float[] x, int from, float[] sum, int at);

  /** Adds the elements of column j of {@code a [rows, n]} to {@code out[j]}, from row 0 upwards. */
  void addColumnSums(int rows, int n, float[] a, float[] out);

  /** Replaces the first {@code n} elements by their hyperbolic tangents. */
  void tanh(int n, float[] x);

  /** Multiplies the first {@code n} elements of {@code gradient} by {@code 1 - y * y}. */
  void tanhGradient(int n, float[] y, float[] gradient);

  /** Replaces the first {@code n} elements by {@code max(x, 0)}. */
  void relu(int n, float[] x);

  /** Sets the first {@code n} elements of {@code gradient} to 0 where {@code y} is not positive. */
  void reluGradient(int n, float[] y, float[] gradient);

  /** Replaces those of the first {@code n} elements that are not positive by {@code e^x - 1}. */
  void elu(int n, float[] x);

  /**
   * Multiplies the first {@code n} elements of {@code gradient} by {@code y + 1} where {@code y} is
   * not positive.
   */
  void eluGradient(int n, float[] y, float[] gradient);

  /** Multiplies those of the first {@code n} elements that are not positive by {@link #LEAK}. */
  void leakyRelu(int n, float[] x);

  /**
   * Multiplies the first {@code n} elements of {@code gradient} by {@link #LEAK} where {@code y} is
   * not positive.
   */
  void leakyReluGradient(int n, float[] y, float[] gradient);

  /**
   * Replaces the first {@code n} elements by {@code x s(x)}, s being the logistic function.
   *
   * @param slopes its derivatives, {@code s + x s (1 - s)}, written by the callee
   */
  void silu(int n, float[] x, float[] slopes);

  /** Multiplies the first {@code n} elements of {@code x} by those of {@code factors}. */
  void scale(int n, float[] factors, float[] x);

  /** Returns the sum of the squares of the first {@code n} elements, added up in doubles. */
  double sumOfSquares(int n, float[] x);

  /**
   * One step of Adam on the elements {@code from} to {@code to - 1} (Kingma and Ba 2015, with
   * PyTorch's order of operations): {@code g = scale * gradient; m += (g - m)(1 - beta1); v = beta2
   * v + (1 - beta2) g g; p -= rate * m / (sqrt(v) * inverseSqrtCorrection + eps)}.
   *
   * @param scale factor of the gradients, from clipping their norm
   * @param beta1 decay of the first moment; a double, so that {@code 1 - beta1} is rounded once
   * @param beta2 decay of the second moment, likewise
   * @param rate the learning rate divided by {@code 1 - beta1^t}
   * @param inverseSqrtCorrection {@code 1 / sqrt(1 - beta2^t)}
   */
  void adam(
      int from,
      int to,
      float[] parameters,
      float[] gradients,
      float[] m,
      float[] v,
      float scale,
      double beta1,
      double beta2,
      float rate,
      float inverseSqrtCorrection,
      float eps);
}
