package org.ppo4j.tokens.model;

import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/**
 * A low-rank adapter of a linear layer (LoRA, Hu et al. 2021): {@code y += (alpha / rank) x A^T
 * B^T}. A is {@code [rank, inputs]} and B {@code [outputs, rank]}, as PEFT stores them.
 */
final class Adapter {
  private final MatrixKernels kernels;
  private final Team team;
  private final int inputs;
  private final int outputs;
  private final int rank;
  private final float scale;
  private final int a;
  private final int b;
  private final float[] parameters;
  private final float[] gradients;

  /** {@code x A^T} times the scale, {@code [rows, rank]}. */
  private float[] inner = {};

  private float[] innerGradients = {};

  Adapter(
      Linear layer,
      int rank,
      double alpha,
      int offset,
      float[] parameters,
      float[] gradients,
      MatrixKernels kernels,
      Team team) {
    this.kernels = kernels;
    this.team = team;
    this.rank = rank;
    this.parameters = parameters;
    this.gradients = gradients;
    inputs = layer.inputs();
    outputs = layer.outputs();
    scale = (float) (alpha / rank);
    a = offset;
    b = offset + rank * inputs;
  }

  void forward(int rows, Matrix x, Matrix y) {
    if (inner.length < rows * rank) {
      inner = new float[rows * rank];
      innerGradients = new float[rows * rank];
    }
    Matrix down = Matrix.of(parameters, a, inputs).transposed();
    Matrix up = Matrix.of(parameters, b, rank).transposed();
    Matrix z = Matrix.of(inner, 0, rank);
    team.split(
        rows,
        4,
        (from, to) -> {
          kernels.product(to - from, rank, inputs, x.from(from, 0), down, z.from(from, 0), false);
          for (int i = from * rank; i < to * rank; i++) {
            inner[i] *= scale;
          }
          kernels.product(to - from, outputs, rank, z.from(from, 0), up, y.from(from, 0), true);
        });
  }

  void backward(int rows, Matrix x, Matrix dy, Matrix dx) {
    Matrix down = Matrix.of(parameters, a, inputs);
    Matrix up = Matrix.of(parameters, b, rank);
    Matrix dz = Matrix.of(innerGradients, 0, rank);
    team.split(
        rows,
        4,
        (from, to) -> {
          kernels.product(to - from, rank, outputs, dy.from(from, 0), up, dz.from(from, 0), false);
          for (int i = from * rank; i < to * rank; i++) {
            innerGradients[i] *= scale;
          }
          kernels.product(to - from, inputs, rank, dz.from(from, 0), down, dx.from(from, 0), true);
        });
    Matrix z = Matrix.of(inner, 0, rank);
    Matrix upGradients = Matrix.of(gradients, b, rank);
    Matrix downGradients = Matrix.of(gradients, a, inputs);
    team.split(
        outputs,
        4,
        (from, to) ->
            kernels.product(
                to - from,
                rank,
                rows,
                dy.transposed().from(from, 0),
                z,
                upGradients.from(from, 0),
                true));
    kernels.product(rank, inputs, rows, dz.transposed(), x, downGradients, true);
  }
}
