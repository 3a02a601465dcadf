package org.ppo4j.agent.update;

import org.ppo4j.agent.kernel.Kernels;
import org.ppo4j.agent.state.TrainingState;

/**
 * Adam (Kingma and Ba 2015) with PyTorch's betas, on gradients clipped by their global norm
 * (details 3 and 11); with decoupled weight decay, AdamW (Loshchilov and Hutter 2019).
 */
public final class Adam implements Optimizer {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final Kernels kernels;
  private final float eps;
  private final double maxNorm;
  private final double weightDecay;
  private final int criticOffset;
  private final double criticFactor;
  private final float[] m;
  private final float[] v;
  private long steps;

  // Of the current step.
  private float scale;
  private float rate;
  private float keep;
  private float criticRate;
  private float criticKeep;
  private float inverseSqrtCorrection;

  /**
   * Creates the optimiser of {@code size} parameters; the learning rate is an argument of each
   * step.
   */
  public Adam(int size, OptimizerConfig config) {
    this(size, config, size, 1);
  }

  Adam(int size, OptimizerConfig config, int criticOffset, double criticFactor) {
    this(size, config, criticOffset, criticFactor, Kernels.best());
  }

  Adam(int size, OptimizerConfig config, Kernels kernels) {
    this(size, config, size, 1, kernels);
  }

  private Adam(
      int size, OptimizerConfig config, int criticOffset, double criticFactor, Kernels kernels) {
    this.criticOffset = criticOffset;
    this.criticFactor = criticFactor;
    this.kernels = kernels;
    eps = (float) config.adamEps();
    maxNorm = config.maxGradNorm();
    weightDecay = config.optimizer() == OptimizerKind.ADAMW ? config.weightDecay() : 0;
    m = new float[size];
    v = new float[size];
  }

  @Override
  public double begin(float[] gradients, double learningRate) {
    double norm = Math.sqrt(kernels.sumOfSquares(gradients.length, gradients));
    if (!Double.isFinite(norm)) {
      return norm;
    }
    scale = (float) Math.min(1, maxNorm / (norm + 1e-6));
    steps++;
    double criticLearningRate = criticFactor * learningRate;
    keep = (float) (1 - learningRate * weightDecay);
    criticKeep = (float) (1 - criticLearningRate * weightDecay);
    double correction = 1 - Math.pow(BETA1, (double) steps);
    rate = (float) (learningRate / correction);
    criticRate = (float) (criticLearningRate / correction);
    inverseSqrtCorrection = (float) (1 / Math.sqrt(1 - Math.pow(BETA2, (double) steps)));
    return norm;
  }

  @Override
  public void step(float[] parameters, float[] gradients, int from, int to) {
    int middle = Math.clamp(criticOffset, from, to);
    if (from < middle) {
      step(parameters, gradients, from, middle, rate, keep);
    }
    if (middle < to) {
      step(parameters, gradients, middle, to, criticRate, criticKeep);
    }
  }

  private void step(
      float[] parameters, float[] gradients, int from, int to, float rate, float keep) {
    if (weightDecay != 0) {
      for (int i = from; i < to; i++) {
        parameters[i] *= keep;
      }
    }
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

  @Override
  public void save(TrainingState state) {
    state.put("adam/m", m);
    state.put("adam/v", v);
    state.put("adam/steps", new long[] {steps});
  }

  @Override
  public void restore(TrainingState state) {
    System.arraycopy(state.floats("adam/m", m.length), 0, m, 0, m.length);
    System.arraycopy(state.floats("adam/v", v.length), 0, v, 0, v.length);
    steps = state.longs("adam/steps", 1)[0];
    if (steps < 0) {
      throw new IllegalArgumentException(
          "the checkpoint has %d steps of Adam, which no training has; use an earlier one"
              .formatted(steps));
    }
  }
}
