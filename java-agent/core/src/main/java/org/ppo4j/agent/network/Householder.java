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
      diagonal[k] = eliminate(vectors, k);
    }
    double[][] q = new double[vectors.length][vectors[0].length];
    for (int k = vectors.length - 1; k >= 0; k--) {
      double[] v = vectors[k];
      q[k][k] = 1;
      if (v[k] != 0) {
        reflect(q, k, v, k, diagonal[k]);
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
  private static double eliminate(double[][] vectors, int k) {
    double[] v = vectors[k];
    double squares = 0;
    for (int row = k; row < v.length; row++) {
      squares += v[row] * v[row];
    }
    double diagonal = v[k] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    if (diagonal != 0) {
      v[k] -= diagonal;
      reflect(vectors, k + 1, v, k, diagonal);
    }
    return diagonal;
  }

  /**
   * Reflects columns, from {@code first} on, by the vector {@code v} from {@code k} on. Four dot
   * products at once take a third of the time of four in turn, since each waits for its last sum.
   */
  private static void reflect(double[][] columns, int first, double[] v, int k, double diagonal) {
    double scale = diagonal * v[k];
    int column = first;
    for (; column + 4 <= columns.length; column += 4) {
      double[] x0 = columns[column];
      double[] x1 = columns[column + 1];
      double[] x2 = columns[column + 2];
      double[] x3 = columns[column + 3];
      double dot0 = 0;
      double dot1 = 0;
      double dot2 = 0;
      double dot3 = 0;
      for (int row = k; row < v.length; row++) {
        double factor = v[row];
        dot0 += x0[row] * factor;
        dot1 += x1[row] * factor;
        dot2 += x2[row] * factor;
        dot3 += x3[row] * factor;
      }
      add(v, dot0 / scale, x0, k);
      add(v, dot1 / scale, x1, k);
      add(v, dot2 / scale, x2, k);
      add(v, dot3 / scale, x3, k);
    }
    for (; column < columns.length; column++) {
      double[] x = columns[column];
      double dot = 0;
      for (int row = k; row < v.length; row++) {
        dot += x[row] * v[row];
      }
      add(v, dot / scale, x, k);
    }
  }

  private static void add(double[] v, double factor, double[] x, int from) {
    for (int row = from; row < v.length; row++) {
      x[row] += factor * v[row];
    }
  }
}
