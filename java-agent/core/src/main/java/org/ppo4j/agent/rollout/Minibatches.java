package org.ppo4j.agent.rollout;

import java.util.Arrays;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.network.NetworkShape;

/**
 * Divides rollouts into minibatches: of single transitions, or of all steps of some environments
 * where networks remember what they saw.
 */
public sealed interface Minibatches {

  /**
   * Returns the division for networks of a shape.
   *
   * @param numSteps T, the steps of a rollout
   * @param numEnvs N, the environments of a rollout; a multiple of {@code numMinibatches} if
   *     networks remember
   * @param numMinibatches the number of minibatches of an epoch; a last, smaller one may follow
   */
  static Minibatches of(NetworkShape shape, int numSteps, int numEnvs, int numMinibatches) {
    return shape.stateSize() > 0
        ? new Sequences(shape.stateSize(), numSteps, numEnvs, numEnvs / numMinibatches)
        : new Rows(numSteps * numEnvs, numSteps * numEnvs / numMinibatches);
  }

  /** Returns the maximum number of rows of a minibatch. */
  int capacity();

  /** Returns room for what networks remember of a minibatch. */
  Memory memory();

  /**
   * Returns the indices of what minibatches are made of, transitions or environments, ascending;
   * the caller may reorder them until the next call.
   */
  int[] units(Rollout rollout);

  /** Returns the number of units of a minibatch, given that of all. */
  int unitsOfMinibatch(int units);

  /** Copies {@code units[from .. to - 1]} to {@code batch}. */
  void gather(Rollout rollout, int[] units, int from, int to, Minibatch batch);

  /** Minibatches of transitions in any order. */
  final class Rows implements Minibatches {
    private final int[] indices;
    private final int capacity;

    /**
     * Creates the division.
     *
     * @param batchSize the transitions of a rollout
     * @param capacity the transitions of a minibatch
     */
    public Rows(int batchSize, int capacity) {
      indices = new int[batchSize];
      this.capacity = capacity;
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public Memory memory() {
      return new Memory(0, 0, 0);
    }

    @Override
    public int[] units(Rollout rollout) {
      if (rollout.hasSkipped()) {
        return rollout.learntRows();
      }
      Arrays.setAll(indices, i -> i);
      return indices;
    }

    /** If rows were skipped, minibatches are such that none is much smaller. */
    @Override
    public int unitsOfMinibatch(int units) {
      return units == indices.length
          ? capacity
          : Math.ceilDiv(units, Math.ceilDiv(units, capacity));
    }

    @Override
    public void gather(Rollout rollout, int[] units, int from, int to, Minibatch batch) {
      rollout.gather(units, from, to, batch);
    }
  }

  /** Minibatches of all steps of some environments (detail 35 of the 37). */
  final class Sequences implements Minibatches {
    private final int[] environments;
    private final int stateSize;
    private final int numSteps;
    private final int envsOfMinibatch;

    Sequences(int stateSize, int numSteps, int numEnvs, int envsOfMinibatch) {
      environments = new int[numEnvs];
      this.stateSize = stateSize;
      this.numSteps = numSteps;
      this.envsOfMinibatch = envsOfMinibatch;
    }

    @Override
    public int capacity() {
      return envsOfMinibatch * numSteps;
    }

    @Override
    public Memory memory() {
      return new Memory(envsOfMinibatch, capacity(), stateSize);
    }

    @Override
    public int[] units(Rollout rollout) {
      Arrays.setAll(environments, i -> i);
      return environments;
    }

    @Override
    public int unitsOfMinibatch(int units) {
      return envsOfMinibatch;
    }

    @Override
    public void gather(Rollout rollout, int[] units, int from, int to, Minibatch batch) {
      rollout.gatherSequences(units, from, to, batch);
    }
  }
}
