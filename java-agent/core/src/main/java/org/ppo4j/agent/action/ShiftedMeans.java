package org.ppo4j.agent.action;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A Gaussian distribution whose means are shifted by a uniform random number in every {@link
 * #evaluate}, as robust policy optimisation does in updates (Rahman and Xue 2022; CleanRL's {@code
 * rpo_continuous_action.py}). Gradients are those at the shifted means.
 */
public final class ShiftedMeans extends ForwardingDistribution {
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
    super(shifted);
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
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    int size = outputSize();
    if (moved.length < rows * size) {
      moved = new float[rows * size];
    }
    for (int i = 0; i < rows * size; i++) {
      moved[i] =
          isMean[i % size]
              ? (float) (outputs[i] + alpha * (2 * random.nextDouble() - 1))
              : outputs[i];
    }
    super.evaluate(moved, rows, parameters, actions, logProbs, entropies);
  }
}
