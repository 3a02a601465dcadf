package org.ppo4j.agent.update;

import org.ppo4j.agent.checkpoint.State;
import org.ppo4j.agent.kernel.Kernels;

/**
 * Adam (Kingma and Ba 2015) with PyTorch's betas, on gradients clipped by their global norm
 * (details 3 and 11).
 */
public final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final Kernels kernels;
  private final float eps;
  private final float[] m;
  private final float[] v;
  private long steps;

  /** Starts for {@code size} parameters. */
  public Adam(int size, double eps) {
    this(size, eps, Kernels.best());
  }

  Adam(int size, double eps, Kernels kernels) {
    this.kernels = kernels;
    this.eps = (float) eps;
    m = new float[size];
    v = new float[size];
  }

  /**
   * Takes one step.
   *
   * @param parameters the parameters, {@code [size]}, overwritten
   * @param gradients the loss's gradients by them, {@code [size]}
   * @param learningRate the rate
   * @param maxNorm bound of the gradients' global norm
   * @return the global norm before clipping; where it is not finite, no step was taken
   */
  public double step(float[] parameters, float[] gradients, double learningRate, double maxNorm) {
    double norm = Math.sqrt(kernels.sumOfSquares(gradients.length, gradients));
    if (!Double.isFinite(norm)) {
      return norm;
    }
    double scale = Math.min(1, maxNorm / (norm + 1e-6));
    steps++;
    double correction1 = 1 - Math.pow(BETA1, steps);
    double correction2 = 1 - Math.pow(BETA2, steps);
    kernels.adam(
        parameters.length,
        parameters,
        gradients,
        m,
        v,
        (float) scale,
        BETA1,
        BETA2,
        (float) (learningRate / correction1),
        (float) (1 / Math.sqrt(correction2)),
        eps);
    return norm;
  }

  /** Puts the moments and the step count under {@code adam/}. */
  public void save(State state) {
    state.put("adam/m", m);
    state.put("adam/v", v);
    state.put("adam/steps", new long[] {steps});
  }

  /** Takes the moments and the step count from {@code adam/}. */
  public void restore(State state) {
    System.arraycopy(state.floats("adam/m"), 0, m, 0, m.length);
    System.arraycopy(state.floats("adam/v"), 0, v, 0, v.length);
    steps = state.longs("adam/steps")[0];
  }
}
