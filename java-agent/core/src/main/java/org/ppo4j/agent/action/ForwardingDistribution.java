package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;

/** A distribution that passes all calls to another one, for classes that change some of them. */
public abstract class ForwardingDistribution implements ActionDistribution {
  private final ActionDistribution distribution;

  /**
   * Creates the distribution.
   *
   * @param distribution receives the calls
   */
  protected ForwardingDistribution(ActionDistribution distribution) {
    this.distribution = distribution;
  }

  @Override
  public int actionSize() {
    return distribution.actionSize();
  }

  @Override
  public int outputSize() {
    return distribution.outputSize();
  }

  @Override
  public void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {
    distribution.drawNoise(rows, parameters, random);
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    distribution.sample(outputs, rows, parameters, random, actions);
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    distribution.mode(outputs, rows, actions);
  }

  @Override
  public boolean skipNoise(int rows, UniformRandomProvider random) {
    return distribution.skipNoise(rows, random);
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    return distribution.skip(rows, random);
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    distribution.evaluate(outputs, rows, parameters, actions, logProbs, entropies);
  }

  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    distribution.gradients(logProbGradients, entropyGradient, outputGradients, gradients);
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    distribution.kl(oldOutputs, oldLogStds, divergences);
  }

  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    distribution.addKlGradients(oldOutputs, oldLogStds, weight, outputGradients, gradients);
  }

  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    distribution.fisherProduct(tangents, parameterTangents, products);
  }
}
