package org.ppo4j.agent.actor;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.state.RandomStream;

/**
 * Where in the stream of the actions each actor draws in each step of a rollout, so that its rows
 * get the random numbers that they get if one process steps all sub-environments. The learner walks
 * along the stream once: 6 ns for each number of an action.
 *
 * <p>How many numbers a Beta distribution draws depends on the policy, and a distribution of
 * several parts draws those of one part for all rows before the next. Then each actor draws in each
 * step from a part of the stream where no other draws, and results depend on the number of actors.
 */
final class DrawPositions {
  private final List<ByteArrayOutputStream> noises;
  private final List<ByteArrayOutputStream> samples;

  private DrawPositions(int actors) {
    noises = IntStream.range(0, actors).mapToObj(_ -> new ByteArrayOutputStream()).toList();
    samples = IntStream.range(0, actors).mapToObj(_ -> new ByteArrayOutputStream()).toList();
  }

  /**
   * Walks along the stream, which ends where it ends if one process draws.
   *
   * @param sdeSampleFreq the steps after which noise is drawn again, as of the collector
   */
  static DrawPositions of(
      ActionDistribution distribution,
      List<Slice> slices,
      int numSteps,
      int sdeSampleFreq,
      RandomStream stream) {
    DrawPositions positions = new DrawPositions(slices.size());
    for (int t = 0; t < numSteps; t++) {
      if (t == 0 || (sdeSampleFreq > 0 && t % sdeSampleFreq == 0)) {
        for (int k = 0; k < slices.size(); k++) {
          positions.noises.get(k).writeBytes(stream.position());
          if (!distribution.skipNoise(slices.get(k).count(), stream.generator())) {
            stream.jump();
          }
        }
      }
      for (int k = 0; k < slices.size(); k++) {
        positions.samples.get(k).writeBytes(stream.position());
        if (!distribution.skip(slices.get(k).count(), stream.generator())) {
          stream.jump();
        }
      }
    }
    return positions;
  }

  /** Returns the positions of an actor's noises, one after the other. */
  byte[] noises(int actor) {
    return noises.get(actor).toByteArray();
  }

  /** Returns the positions of an actor's samples, one after the other. */
  byte[] samples(int actor) {
    return samples.get(actor).toByteArray();
  }
}
