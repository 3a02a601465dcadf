package org.ppo4j.env.mujoco;

import java.util.List;
import org.ppo4j.env.DType;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * A task of a body that nothing holds. The coordinates are observed but for the two of the place on
 * the floor, then the velocities, then {@linkplain Observed what MuJoCo has computed}.
 *
 * <p>The forces of contacts are computed after each step; an episode starts without.
 */
abstract class FreeBody extends MujocoTask {
  /** The numbers that {@code cvel} and {@code cfrc_ext} have for each body. */
  static final int SPATIAL = 6;

  /** The upward coordinate of the torso. */
  static final int HEIGHT = 2;

  /** The velocities of the torso. */
  static final int FREE_JOINT = 6;

  private static final int PLACE = 2;

  final double resetNoiseScale;

  private final int skipped;
  private final List<Observed> observed;
  private final Space observationSpace;
  private final Field contactForces;

  /** The contact forces on all bodies, or their squares, {@code [nbody * 6]}. */
  private final double[] forces;

  /**
   * A field that is observed.
   *
   * @param from the first number that is; those of the world, or of the free joint, are not
   * @param clip what the numbers are clipped to
   */
  record Observed(Field field, int from, Kwargs.Range clip) {
    /** Observes all numbers from {@code from} on as they are. */
    Observed(Field field, int from) {
      this(field, from, new Kwargs.Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    }

    int size() {
      return field.size() - from;
    }
  }

  /**
   * Reads the arguments that these tasks share.
   *
   * @param observed what is observed behind the velocities
   */
  FreeBody(
      Simulations simulations,
      int index,
      Kwargs kwargs,
      double resetNoiseScale,
      List<Observed> observed) {
    super(simulations, index);
    requireModel(FREE_JOINT + 1, FREE_JOINT);
    this.resetNoiseScale = kwargs.number("reset_noise_scale", resetNoiseScale);
    this.observed = observed;
    skipped = kwargs.flag("exclude_current_positions_from_observation", true) ? PLACE : 0;
    contactForces = simulations.field("cfrc_ext");
    forces = new double[contactForces.size()];
    observationSpace =
        Space.Box.of(
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            state.length - skipped + observed.stream().mapToInt(Observed::size).sum(),
            DType.FLOAT64);
  }

  /** Returns the sum of the squares of the contact forces on all bodies, each first clipped. */
  final double contactForces(double low, double high) {
    contactForces.read(index, 0, forces, 0);
    clip(forces, 0, forces.length, low, high);
    return DoubleSum.ofSquares(forces);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, state.length, resetNoiseScale);
  }

  @Override
  public final Space observationSpace() {
    return observationSpace;
  }

  @Override
  public final void observe(double[] out, int offset) {
    int at = offset + state.length - skipped;
    System.arraycopy(state, skipped, out, offset, state.length - skipped);
    for (Observed one : observed) {
      one.field.read(index, one.from, out, at);
      clip(out, at, at + one.size(), one.clip.low(), one.clip.high());
      at += one.size();
    }
  }

  private static void clip(double[] values, int from, int to, double low, double high) {
    for (int i = from; i < to; i++) {
      values[i] = Math.clamp(values[i], low, high);
    }
  }
}
