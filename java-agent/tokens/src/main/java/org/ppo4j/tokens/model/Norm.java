package org.ppo4j.tokens.model;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.MatrixKernels;

/** A layer norm, or without a bias a root-mean-square norm, which does not subtract the mean. */
final class Norm {
  private final MatrixKernels kernels;
  private final Team team;
  private final int size;
  private final float eps;
  private final int weight;
  private final int bias;

  Norm(
      Layout.Tensor weight,
      Layout.@Nullable Tensor bias,
      double eps,
      MatrixKernels kernels,
      Team team) {
    this.kernels = kernels;
    this.team = team;
    this.eps = (float) eps;
    size = weight.size();
    this.weight = weight.offset();
    this.bias = bias == null ? -1 : bias.offset();
  }

  /**
   * Normalises rows.
   *
   * @param x {@code [rows, size]}
   * @param normal x minus its mean, by its deviation, {@code [rows, size]}, written by the callee
   * @param scale one by the deviation, {@code [rows]}, written by the callee
   * @param y {@code [rows, size]}, written by the callee
   */
  void forward(int rows, float[] x, float[] normal, float[] scale, float[] parameters, float[] y) {
    team.split(
        rows,
        1,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            forwardRow(row, x, normal, scale, parameters, y);
          }
        });
  }

  private void forwardRow(
      int row, float[] x, float[] normal, float[] scale, float[] parameters, float[] y) {
    int at = row * size;
    float mean = bias >= 0 ? kernels.sum(size, x, at) / size : 0;
    for (int j = 0; j < size; j++) {
      normal[at + j] = x[at + j] - mean;
    }
    float variance = kernels.dot(size, normal, at, normal, at) / size;
    float factor = (float) (1 / Math.sqrt(variance + eps));
    scale[row] = factor;
    for (int j = 0; j < size; j++) {
      float value = normal[at + j] * factor;
      normal[at + j] = value;
      y[at + j] = value * parameters[weight + j];
    }
    if (bias >= 0) {
      for (int j = 0; j < size; j++) {
        y[at + j] += parameters[bias + j];
      }
    }
  }

  /**
   * Adds the gradients of weights and biases to {@code gradients}, and those of x to {@code dx}.
   *
   * @param dy the gradients of y, {@code [rows, size]}, overwritten
   * @param dx {@code [rows, size]}, added to by the callee
   * @param gradients of all parameters; empty if only adapters learn
   */
  void backward(
      int rows,
      float[] normal,
      float[] scale,
      float[] parameters,
      float[] dy,
      float[] dx,
      float[] gradients) {
    if (gradients.length > 0) {
      team.split(size, 16, (from, to) -> addGradients(rows, from, to, normal, dy, gradients));
    }
    team.split(
        rows,
        1,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            backwardRow(row, normal, scale, parameters, dy, dx);
          }
        });
  }

  private void addGradients(
      int rows, int from, int to, float[] normal, float[] dy, float[] gradients) {
    for (int row = 0; row < rows; row++) {
      int at = row * size;
      for (int j = from; j < to; j++) {
        gradients[weight + j] += dy[at + j] * normal[at + j];
      }
      if (bias >= 0) {
        for (int j = from; j < to; j++) {
          gradients[bias + j] += dy[at + j];
        }
      }
    }
  }

  private void backwardRow(
      int row, float[] normal, float[] scale, float[] parameters, float[] dy, float[] dx) {
    int at = row * size;
    for (int j = 0; j < size; j++) {
      dy[at + j] *= parameters[weight + j];
    }
    float mean = bias >= 0 ? kernels.sum(size, dy, at) / size : 0;
    float slope = kernels.dot(size, dy, at, normal, at) / size;
    float factor = scale[row];
    for (int j = 0; j < size; j++) {
      dx[at + j] += factor * (dy[at + j] - mean - slope * normal[at + j]);
    }
  }
}
