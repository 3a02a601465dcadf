package org.ppo4j.env.mujoco;

import java.util.Map;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * One simulation of an ensemble as a task; the counterpart of Gymnasium's {@code MujocoEnv}. A
 * subclass says how an episode starts, what a step is worth and what is observed.
 *
 * <p>The ensemble has stepped the physics when {@link #step} is called; what is left is to read the
 * new state and to judge it.
 */
abstract class MujocoTask implements Dynamics {
  final Simulations simulations;
  final int index;
  final int positions;
  final int velocities;

  /** Coordinates, then velocities, {@code [nq + nv]}: Gymnasium's {@code state_vector()}. */
  final double[] state;

  private final Space actionSpace;

  /** Makes a task of simulation {@code index}. */
  MujocoTask(Simulations simulations, int index) {
    this.simulations = simulations;
    this.index = index;
    positions = simulations.positions();
    velocities = simulations.velocities();
    state = new double[positions + velocities];
    actionSpace = actionSpace(simulations);
  }

  /**
   * Refuses a model, which may be the user's, with fewer coordinates or velocities than are read.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  final void requireModel(int leastPositions, int leastVelocities) {
    if (positions < leastPositions || velocities < leastVelocities) {
      throw new IllegalArgumentException(
          "the model has %d coordinates and %d velocities; expected at least %d and %d, as Gymnasium's model of this task has"
              .formatted(positions, velocities, leastPositions, leastVelocities));
    }
  }

  /** Adds the noise of a start to {@link #state}, which holds the model's initial one. */
  abstract void perturb(NumpyRandom random);

  /**
   * Remembers what the next reward compares with, nothing by default; an episode begins, or is gone
   * on with.
   */
  void begin() {}

  /**
   * Returns the reward of the step that led to {@link #state}.
   *
   * @param actions holds the action from {@code offset} on, not clipped
   */
  abstract double reward(double[] actions, int offset);

  /** Returns the parts of the last reward under Gymnasium's names; for tests. */
  abstract Map<String, Double> rewardParts();

  @Override
  public final Space actionSpace() {
    return actionSpace;
  }

  @Override
  public final void reset(NumpyRandom random) {
    simulations.readInitial(state);
    perturb(random);
    start();
  }

  /** Starts an episode from {@code from}, Gymnasium's {@code set_state}; for tests. */
  final void start(double[] from) {
    System.arraycopy(from, 0, state, 0, state.length);
    start();
  }

  private void start() {
    simulations.start(index, state);
    simulations.read(index, state);
    begin();
  }

  @Override
  public final double step(double[] actions, int offset) {
    simulations.requireSuccess(index);
    simulations.read(index, state);
    return reward(actions, offset);
  }

  @Override
  public double[] state() {
    return simulations.row(index);
  }

  @Override
  public void restore(double[] row) {
    simulations.restore(index, row);
    simulations.read(index, state);
    begin();
  }

  /** Adds to {@code state[from .. to)} numbers uniform in [-scale, scale). */
  final void addUniform(NumpyRandom random, int from, int to, double scale) {
    for (int i = from; i < to; i++) {
      state[i] += random.uniform(-scale, scale);
    }
  }

  /** Adds to {@code state[from .. to)} normal numbers of deviation {@code scale}. */
  final void addNormal(NumpyRandom random, int from, int to, double scale) {
    for (int i = from; i < to; i++) {
      state[i] += scale * random.standardNormal();
    }
  }

  private static Space actionSpace(Simulations simulations) {
    int controls = simulations.controls();
    double[] low = new double[controls];
    double[] high = new double[controls];
    for (int i = 0; i < controls; i++) {
      low[i] = (float) simulations.controlBound(i, 0);
      high[i] = (float) simulations.controlBound(i, 1);
    }
    return new Space.Box(low, high, new int[] {controls}, DType.FLOAT32);
  }
}
