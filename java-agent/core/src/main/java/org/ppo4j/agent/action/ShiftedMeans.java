package org.ppo4j.agent.action;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A Gaussian distribution whose means are shifted by a uniform random number in every {@link
 * #evaluate}, as robust policy optimisation does in updates (Rahman and Xue 2022; CleanRL's {@code
 * rpo_continuous_action.py}). Gradients are those at the shifted means.
 */
public final class ShiftedMeans implements ActionDistribution {
  private final ActionDistribution shifted;
  private final double alpha;
  private final UniformRandomProvider random;

  /** Which outputs are means, {@code [D]}. */
  private final boolean[] isMean;

  private float[] moved = {};

  /**
   * Creates the distribution.
   *
   * @param shifted the distribution, whose outputs start with the means; of parts, each that is
   *     continuous
   * @param alpha the bound of the shift
   * @param random the generator of the shifts
   */
  public ShiftedMeans(ActionDistribution shifted, double alpha, UniformRandomProvider random) {
    this.shifted = shifted;
    this.alpha = alpha;
    this.random = random;
    if (shifted instanceof JointDistribution joint) {
      isMean = joint.means();
    } else {
      isMean = new boolean[shifted.outputSize()];
      Arrays.fill(isMean, 0, shifted.actionSize(), true);
    }
  }

  @Override
  public int actionSize() {
    return shifted.actionSize();
  }

  @Override
  public int outputSize() {
    return shifted.outputSize();
  }

  @Override
  public void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {
    shifted.drawNoise(rows, parameters, random);
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider generator,
      float[] actions) {
    shifted.sample(outputs, rows, parameters, generator, actions);
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    shifted.mode(outputs, rows, actions);
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    int size = shifted.outputSize();
    if (moved.length < rows * size) {
      moved = new float[rows * size];
    }
    for (int i = 0; i < rows * size; i++) {
      moved[i] =
          isMean[i % size]
              ? (float) (outputs[i] + alpha * (2 * random.nextDouble() - 1))
              : outputs[i];
    }
    shifted.evaluate(moved, rows, parameters, actions, logProbs, entropies);
  }

  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    shifted.gradients(logProbGradients, entropyGradient, outputGradients, gradients);
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    shifted.kl(oldOutputs, oldLogStds, divergences);
  }

  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    shifted.addKlGradients(oldOutputs, oldLogStds, weight, outputGradients, gradients);
  }

  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    shifted.fisherProduct(tangents, parameterTangents, products);
  }
}
