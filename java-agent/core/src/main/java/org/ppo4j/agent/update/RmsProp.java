package org.ppo4j.agent.update;

import java.util.Arrays;
import org.ppo4j.agent.kernel.Kernels;
import org.ppo4j.agent.state.TrainingState;

/**
 * RMSprop as TensorFlow has it and Stable-Baselines3's A2C uses it: the mean square starts at 1,
 * decays by 0.99, and epsilon is added under the root.
 */
public final class RmsProp implements Optimizer {
  private static final double ALPHA = 0.99;

  private final Kernels kernels = Kernels.best();
  private final double eps;
  private final double maxNorm;
  private final float[] meanSquare;
  private final int criticOffset;
  private final double criticFactor;

  // Of the current step.
  private double scale;
  private double rate;

  /** Creates the optimiser of {@code size} parameters. */
  public RmsProp(int size, OptimizerConfig config) {
    this(size, config, size, 1);
  }

  RmsProp(int size, OptimizerConfig config, int criticOffset, double criticFactor) {
    this.criticOffset = criticOffset;
    this.criticFactor = criticFactor;
    eps = config.adamEps();
    maxNorm = config.maxGradNorm();
    meanSquare = new float[size];
    Arrays.fill(meanSquare, 1);
  }

  @Override
  public double begin(float[] gradients, double learningRate) {
    double norm = Math.sqrt(kernels.sumOfSquares(gradients.length, gradients));
    if (Double.isFinite(norm)) {
      scale = Math.min(1, maxNorm / (norm + 1e-6));
      rate = learningRate;
    }
    return norm;
  }

  @Override
  public void step(float[] parameters, float[] gradients, int from, int to) {
    int middle = Math.clamp(criticOffset, from, to);
    step(parameters, gradients, from, middle, rate);
    step(parameters, gradients, middle, to, criticFactor * rate);
  }

  private void step(float[] parameters, float[] gradients, int from, int to, double rate) {
    for (int i = from; i < to; i++) {
      double gradient = scale * gradients[i];
      double square = ALPHA * meanSquare[i] + (1 - ALPHA) * gradient * gradient;
      meanSquare[i] = (float) square;
      parameters[i] -= (float) (rate * gradient / Math.sqrt(square + eps));
    }
  }

  @Override
  public void save(TrainingState state) {
    state.put("rmsprop/mean_square", meanSquare);
  }

  @Override
  public void restore(TrainingState state) {
    System.arraycopy(
        state.floats("rmsprop/mean_square", meanSquare.length),
        0,
        meanSquare,
        0,
        meanSquare.length);
  }
}
