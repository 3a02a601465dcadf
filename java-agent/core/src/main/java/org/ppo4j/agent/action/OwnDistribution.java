package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.env.Space;

/**
 * A program's own distribution of independent components, each given by one output of the actor and
 * the formulas of a subclass. The subclass is public and has a public constructor without
 * parameters.
 *
 * <p>The entropy is estimated by {@code -log pi(a)} of the action, as in Stable-Baselines3 ({@code
 * ppo.py}) for distributions without a closed form. A distribution of another kind, or with KL
 * divergences for {@code ppo-penalty} and {@code trpo}, implements {@link ActionDistribution}.
 */
public abstract class OwnDistribution implements ActionDistribution, DistributionFactory {
  private int size;
  private int rows;
  private float[] evaluatedOutputs = {};
  private float[] evaluatedActions = {};

  /** Draws a component of an action; choices are counted from 0. */
  protected abstract double sample(double output, UniformRandomProvider random);

  /** Returns the most probable component. */
  protected abstract double mode(double output);

  /** Returns the log probability of a component, of continuous ones the log density. */
  protected abstract double logProb(double output, double action);

  /** Returns the derivative of {@link #logProb} with respect to the output. */
  protected abstract double logProbGradient(double output, double action);

  @Override
  public final int outputs(Space space) {
    return space.size();
  }

  /** Makes another instance of the subclass. */
  @Override
  public final ActionDistribution distribution(Space space, NetworkShape shape) {
    try {
      OwnDistribution made = getClass().getConstructor().newInstance();
      made.size = space.size();
      return made;
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "%s must be a public class with a public constructor without parameters"
              .formatted(getClass().getName()),
          e);
    }
  }

  @Override
  public final int actionSize() {
    return size;
  }

  @Override
  public final int outputSize() {
    return size;
  }

  @Override
  public final void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    for (int i = 0; i < rows * size; i++) {
      actions[i] = (float) sample(outputs[i], random);
    }
  }

  @Override
  public final void mode(float[] outputs, int rows, float[] actions) {
    for (int i = 0; i < rows * size; i++) {
      actions[i] = (float) mode(outputs[i]);
    }
  }

  @Override
  public final void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    this.rows = rows;
    evaluatedOutputs = outputs;
    evaluatedActions = actions;
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        sum += logProb(outputs[i], actions[i]);
      }
      logProbs[row] = (float) sum;
      entropies[row] = (float) -sum;
    }
  }

  @Override
  public final void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      double byLogProb = logProbGradients[i / size] - (double) entropyGradient;
      outputGradients[i] =
          (float) (byLogProb * logProbGradient(evaluatedOutputs[i], evaluatedActions[i]));
    }
  }

  /** Throws: there is no closed form, unless a subclass has one. */
  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    throw without("KL divergences");
  }

  /** Throws, as {@link #kl} does. */
  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    throw without("KL divergences");
  }

  /** Throws, as {@link #kl} does. */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    throw without("Fisher products");
  }

  private UnsupportedOperationException without(String what) {
    return new UnsupportedOperationException(getClass().getName() + " does not implement " + what);
  }
}
