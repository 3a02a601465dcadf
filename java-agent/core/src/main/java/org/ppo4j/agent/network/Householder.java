package org.ppo4j.agent.network;

/**
 * The first columns of Q of a QR decomposition by Householder reflections (Golub and Van Loan 2013,
 * 5.2).
 *
 * <p>The operations are those of Commons Math's {@code QRDecomposition}, in the same order, so the
 * numbers are the same to the bit. That class forms the square Q of as many columns as rows, which
 * for the first layer of an image of 210 x 160 x 3 are 81 GB; here it is as large as the matrix.
 */
final class Householder {
  private Householder() {}

  /**
   * Returns an orthonormal basis of the space that vectors span: the columns of Q for which R's
   * diagonal is positive.
   *
   * @param vectors the columns of the matrix, {@code [columns][rows]}, with at least as many rows
   *     as columns; overwritten
   * @return the columns of Q, {@code [columns][rows]}
   */
  static double[][] orthonormal(double[][] vectors) {
    double[] diagonal = new double[vectors.length];
    for (int k = 0; k < vectors.length; k++) {
      diagonal[k] = reflect(vectors, k);
    }
    double[][] q = new double[vectors.length][vectors[0].length];
    for (int k = vectors.length - 1; k >= 0; k--) {
      double[] v = vectors[k];
      q[k][k] = 1;
      if (v[k] != 0) {
        for (int column = k; column < vectors.length; column++) {
          add(v, dot(q[column], v, k) / (diagonal[k] * v[k]), q[column], k);
        }
      }
    }
    for (int k = 0; k < q.length; k++) {
      if (diagonal[k] < 0) {
        for (int row = 0; row < q[k].length; row++) {
          q[k][row] *= -1;
        }
      }
    }
    return q;
  }

  /**
   * Replaces the rest of column {@code k} from its diagonal on by the vector of a reflection, and
   * reflects the columns after it; returns the diagonal of R.
   */
  private static double reflect(double[][] vectors, int k) {
    double[] v = vectors[k];
    double squares = 0;
    for (int row = k; row < v.length; row++) {
      squares += v[row] * v[row];
    }
    double diagonal = v[k] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    if (diagonal != 0) {
      v[k] -= diagonal;
      for (int column = k + 1; column < vectors.length; column++) {
        add(v, dot(vectors[column], v, k) / (diagonal * v[k]), vectors[column], k);
      }
    }
    return diagonal;
  }

  private static double dot(double[] x, double[] v, int from) {
    double sum = 0;
    for (int row = from; row < v.length; row++) {
      sum += x[row] * v[row];
    }
    return sum;
  }

  private static void add(double[] v, double factor, double[] x, int from) {
    for (int row = from; row < v.length; row++) {
      x[row] += factor * v[row];
    }
  }
}
