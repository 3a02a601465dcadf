package org.ppo4j.agent.actor;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ForwardingDistribution;
import org.ppo4j.agent.state.RandomStream;

/**
 * A distribution that draws for some rows only, with the random numbers that those rows would get
 * if all were drawn: it moves its stream to given positions before each draw.
 */
final class SlicedDistribution extends ForwardingDistribution {
  private final RandomStream stream;
  private byte[] noisePositions = {};
  private byte[] positions = {};
  private int noises;
  private int samples;

  /**
   * @param stream the generator that is passed to {@link #sample} and {@link #drawNoise}
   */
  SlicedDistribution(ActionDistribution distribution, RandomStream stream) {
    super(distribution);
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
  public void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {
    moveTo(noisePositions, noises++);
    super.drawNoise(rows, parameters, random);
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    moveTo(positions, samples++);
    super.sample(outputs, rows, parameters, random, actions);
  }
}
