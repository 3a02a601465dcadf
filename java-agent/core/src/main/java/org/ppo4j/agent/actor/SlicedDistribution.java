package org.ppo4j.agent.actor;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.state.RandomStream;

/**
 * A distribution that draws for some rows only, with the random numbers that those rows would get
 * if all were drawn: it moves its stream to given positions before each draw.
 */
final class SlicedDistribution implements ActionDistribution {
  private final ActionDistribution distribution;
  private final RandomStream stream;
  private byte[] noisePositions = {};
  private byte[] positions = {};
  private int noises;
  private int samples;

  /**
   * @param stream the generator that is passed to {@link #sample} and {@link #drawNoise}
   */
  SlicedDistribution(ActionDistribution distribution, RandomStream stream) {
    this.distribution = distribution;
    this.stream = stream;
  }

  /** Begins with the first of each kind of {@link DrawPositions}. */
  void start(byte[] noise, byte[] sample) {
    noisePositions = noise;
    positions = sample;
    noises = 0;
    samples = 0;
  }

  private void moveTo(byte[] all, int index) {
    int length = stream.position().length;
    stream.moveTo(Arrays.copyOfRange(all, index * length, (index + 1) * length));
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
    moveTo(noisePositions, noises++);
    distribution.drawNoise(rows, parameters, random);
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    moveTo(positions, samples++);
    distribution.sample(outputs, rows, parameters, random, actions);
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    distribution.mode(outputs, rows, actions);
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
    throw learns();
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    throw learns();
  }

  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    throw learns();
  }

  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    throw learns();
  }

  private static UnsupportedOperationException learns() {
    return new UnsupportedOperationException("an actor does not learn");
  }
}
