package org.ppo4j.env.mujoco;

import java.util.Map;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * A task on one simulation of an ensemble; the counterpart of Gymnasium's {@code MujocoEnv}. A
 * subclass defines how an episode starts, the reward of a step and the observation.
 *
 * <p>The ensemble has already stepped the physics when {@link #step} is called, which reads the new
 * state and computes its reward.
 */
abstract class MujocoTask implements Dynamics {
  final Simulations simulations;
  final int index;
  final int positions;
  final int velocities;

  /** Coordinates, then velocities, {@code [nq + nv]}: Gymnasium's {@code state_vector()}. */
  final double[] state;

  private final Space actionSpace;

  /** Creates a task on simulation {@code index}. */
  MujocoTask(Simulations simulations, int index) {
    this.simulations = simulations;
    this.index = index;
    positions = simulations.positions();
    velocities = simulations.velocities();
    state = new double[positions + velocities];
    actionSpace = actionSpace(simulations);
  }

  /**
   * Rejects a model, which may be the user's, with fewer coordinates or velocities than are read.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  final void requireModel(int minPositions, int minVelocities) {
    if (positions < minPositions || velocities < minVelocities) {
      throw new IllegalArgumentException(
          "the model has %d coordinates and %d velocities; expected at least %d and %d, as in Gymnasium's model of this task"
              .formatted(positions, velocities, minPositions, minVelocities));
    }
  }

  /** Adds the initial noise to {@link #state}, which holds the model's initial state. */
  abstract void perturb(NumpyRandom random);

  /**
   * Stores the values that the next reward is computed against; does nothing by default. Called
   * when an episode starts or is restored.
   */
  void begin() {}

  /**
   * Returns the reward of the step that led to {@link #state}.
   *
   * @param actions holds the action at {@code offset}, not clipped
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

  /** Adds uniform noise in [-scale, scale) to {@code state[from .. to)}. */
  final void addUniform(NumpyRandom random, int from, int to, double scale) {
    for (int i = from; i < to; i++) {
      state[i] += random.uniform(-scale, scale);
    }
  }

  /** Adds normal noise of deviation {@code scale} to {@code state[from .. to)}. */
  final void addNormal(NumpyRandom random, int from, int to, double scale) {
    for (int i = from; i < to; i++) {
      state[i] += scale * random.standardNormal();
    }
  }

  /** Returns a space of {@code size} unbounded float64 numbers. */
  static Space unbounded(int size) {
    return Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, size, DType.FLOAT64);
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
