package org.ppo4j.agent.update;

import org.ppo4j.agent.kernel.Kernels;
import org.ppo4j.agent.state.TrainingState;

/**
 * Adam (Kingma and Ba 2015) with PyTorch's betas, on gradients clipped by their global norm
 * (details 3 and 11).
 */
public final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final Kernels kernels;
  private final float eps;
  private final double maxNorm;
  private final float[] m;
  private final float[] v;
  private long steps;

  // Of the current step.
  private float scale;
  private float rate;
  private float inverseSqrtCorrection;

  /**
   * Creates the optimiser of {@code size} parameters; the learning rate is an argument of each
   * step.
   */
  public Adam(int size, OptimizerConfig config) {
    this(size, config, Kernels.best());
  }

  Adam(int size, OptimizerConfig config, Kernels kernels) {
    this.kernels = kernels;
    eps = (float) config.adamEps();
    maxNorm = config.maxGradNorm();
    m = new float[size];
    v = new float[size];
  }

  /**
   * Begins a step, which {@link #step} then applies to ranges of the parameters.
   *
   * @param gradients the loss's gradients with respect to all parameters, {@code [size]}
   * @param learningRate the learning rate of this step, which may be annealed
   * @return the global norm before clipping; if it is not finite, a step has not begun
   */
  public double begin(float[] gradients, double learningRate) {
    double norm = Math.sqrt(kernels.sumOfSquares(gradients.length, gradients));
    if (!Double.isFinite(norm)) {
      return norm;
    }
    scale = (float) Math.min(1, maxNorm / (norm + 1e-6));
    steps++;
    rate = (float) (learningRate / (1 - Math.pow(BETA1, (double) steps)));
    inverseSqrtCorrection = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, (double) steps)));
    return norm;
  }

  /**
   * Applies the current step to the parameters {@code from} to {@code to - 1}. Different threads
   * may step disjoint ranges at the same time.
   *
   * @param parameters the parameters, {@code [size]}, overwritten
   * @param gradients the gradients that the step began with, {@code [size]}
   */
  public void step(float[] parameters, float[] gradients, int from, int to) {
    kernels.adam(
        from,
        to,
        parameters,
        gradients,
        m,
        v,
        scale,
        BETA1,
        BETA2,
        rate,
        inverseSqrtCorrection,
        eps);
  }

  /** Saves the moments and the step count under {@code adam/}. */
  public void save(TrainingState state) {
    state.put("adam/m", m);
    state.put("adam/v", v);
    state.put("adam/steps", new long[] {steps});
  }

  /** Restores the moments and the step count from {@code adam/}. */
  public void restore(TrainingState state) {
    System.arraycopy(state.floats("adam/m"), 0, m, 0, m.length);
    System.arraycopy(state.floats("adam/v"), 0, v, 0, v.length);
    steps = state.longs("adam/steps")[0];
  }
}
