package org.ppo4j.tokens.model;

import java.util.Arrays;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/**
 * Causal attention of each sequence to itself: {@code softmax(Q K^T / sqrt(size)) V} for each head.
 *
 * <p>Queries, keys and values are the columns of one matrix {@code [rows, width]}: all query heads,
 * then all key heads, then all value heads.
 */
final class Attention {
  private final MatrixKernels kernels;
  private final Team team;
  private final int heads;
  private final int groups;
  private final int size;
  private final int keys;
  private final int values;
  private final int width;
  private final float scale;

  Attention(ModelConfig config, MatrixKernels kernels, Team team) {
    this.kernels = kernels;
    this.team = team;
    heads = config.heads();
    groups = config.keyValueHeads();
    size = config.headSize();
    keys = config.queryWidth();
    values = keys + config.keyWidth();
    width = values + config.keyWidth();
    scale = (float) (1 / Math.sqrt(size));
  }

  int width() {
    return width;
  }

  int keys() {
    return keys;
  }

  int values() {
    return values;
  }

  /** Returns the number of attention weights of all heads of all sequences. */
  int weights(Sequences sequences) {
    int count = 0;
    for (int i = 0; i < sequences.count(); i++) {
      count = Math.addExact(count, Math.multiplyExact(heads, square(sequences.length(i))));
    }
    return count;
  }

  private static int square(int length) {
    return Math.multiplyExact(length, length);
  }

  /** Returns where each sequence's weights start. */
  private int[] starts(Sequences sequences) {
    int[] starts = new int[sequences.count()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + heads * square(sequences.length(i - 1));
    }
    return starts;
  }

  /**
   * Computes the attention's outputs.
   *
   * @param qkv {@code [rows, width]}
   * @param weights written by the callee, for {@link #backward}
   * @param out {@code [rows, heads * size]}, written by the callee
   */
  void forward(Sequences sequences, float[] qkv, float[] weights, float[] out) {
    int[] starts = starts(sequences);
    team.split(
        sequences.count() * heads,
        1,
        (from, to) -> {
          for (int task = from; task < to; task++) {
            int sequence = task / heads;
            int length = sequences.length(sequence);
            int at = starts[sequence] + task % heads * length * length;
            forward(sequences.start(sequence), length, task % heads, qkv, weights, at, out);
          }
        });
  }

  private void forward(
      int row, int length, int head, float[] qkv, float[] weights, int at, float[] out) {
    int group = head / (heads / groups);
    Matrix rows = Matrix.of(qkv, 0, width);
    Matrix q = rows.from(row, head * size);
    Matrix k = rows.from(row, keys + group * size);
    Matrix v = rows.from(row, values + group * size);
    Matrix p = Matrix.of(weights, at, length);
    kernels.product(length, length, size, q, k.transposed(), p, false);
    for (int i = 0; i < length; i++) {
      softmax(i + 1, length, weights, at + i * length);
    }
    Matrix o = Matrix.of(out, 0, heads * size).from(row, head * size);
    kernels.product(length, size, length, p, v, o, false);
  }

  /** Replaces the first {@code n} scores of a row by their softmax, and the others by 0. */
  private void softmax(int n, int length, float[] x, int at) {
    softmax(kernels, n, scale, x, at);
    Arrays.fill(x, at + n, at + length, 0);
  }

  /** Replaces {@code n} scores by the softmax of their products with {@code scale}. */
  static void softmax(MatrixKernels kernels, int n, float scale, float[] x, int at) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      max = Math.max(max, x[at + j]);
    }
    for (int j = 0; j < n; j++) {
      x[at + j] = (x[at + j] - max) * scale;
    }
    kernels.exp(at, at + n, x);
    float factor = 1 / kernels.sum(n, x, at);
    for (int j = 0; j < n; j++) {
      x[at + j] *= factor;
    }
  }

  /**
   * Computes the gradients of queries, keys and values.
   *
   * @param dout the gradients of the outputs, {@code [rows, heads * size]}
   * @param scratch as long as {@code weights}, overwritten
   * @param dqkv {@code [rows, width]}, written by the callee
   */
  void backward(
      Sequences sequences,
      float[] qkv,
      float[] weights,
      float[] dout,
      float[] scratch,
      float[] dqkv) {
    int[] starts = starts(sequences);
    team.split(
        sequences.count() * groups,
        1,
        (from, to) -> {
          for (int task = from; task < to; task++) {
            int sequence = task / groups;
            backward(
                sequences.start(sequence),
                sequences.length(sequence),
                task % groups,
                qkv,
                weights,
                starts[sequence],
                dout,
                scratch,
                dqkv);
          }
        });
  }

  private void backward(
      int row,
      int length,
      int group,
      float[] qkv,
      float[] weights,
      int start,
      float[] dout,
      float[] scratch,
      float[] dqkv) {
    int perGroup = heads / groups;
    Matrix rows = Matrix.of(qkv, 0, width);
    Matrix gradients = Matrix.of(dqkv, 0, width);
    Matrix k = rows.from(row, keys + group * size);
    Matrix v = rows.from(row, values + group * size);
    Matrix dk = gradients.from(row, keys + group * size);
    Matrix dv = gradients.from(row, values + group * size);
    for (int head = group * perGroup; head < (group + 1) * perGroup; head++) {
      boolean add = head > group * perGroup;
      int at = start + head * length * length;
      Matrix p = Matrix.of(weights, at, length);
      Matrix ds = Matrix.of(scratch, at, length);
      Matrix d = Matrix.of(dout, 0, heads * size).from(row, head * size);
      kernels.product(length, size, length, p.transposed(), d, dv, add);
      kernels.product(length, length, size, d, v.transposed(), ds, false);
      for (int i = 0; i < length; i++) {
        int line = at + i * length;
        float mean = kernels.dot(i + 1, weights, line, scratch, line);
        for (int j = 0; j <= i; j++) {
          scratch[line + j] = weights[line + j] * (scratch[line + j] - mean) * scale;
        }
        Arrays.fill(scratch, line + i + 1, line + length, 0);
      }
      Matrix dq = gradients.from(row, head * size);
      kernels.product(length, size, length, ds, k, dq, false);
      Matrix q = rows.from(row, head * size);
      kernels.product(length, size, length, ds.transposed(), q, dk, add);
    }
  }
}
