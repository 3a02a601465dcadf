package org.ppo4j.env.mujoco;

import java.util.List;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * A task of a body that moves freely. An observation has the coordinates, by default without x and
 * y of the torso, then the velocities, then {@linkplain Observed fields that MuJoCo computed}.
 *
 * <p>Contact forces are computed after each step; they are zero at the start of an episode.
 */
abstract class FreeBody extends MujocoTask {
  /** The number of values that {@code cvel} and {@code cfrc_ext} have for each body. */
  static final int SPATIAL = 6;

  /** The index of the torso's vertical coordinate. */
  static final int HEIGHT = 2;

  /** The number of velocities of the torso. */
  static final int FREE_JOINT = 6;

  /** The number of horizontal coordinates. */
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
   * @param from the first value that is observed; those of the world or of the free joint are not
   * @param clip the range that values are clipped to
   */
  record Observed(Field field, int from, Kwargs.Range clip) {
    /** Observes all values starting with {@code from}, without clipping. */
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
   * @param resetNoiseScale the default of the argument
   * @param observed the fields that are observed after the velocities
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
        unbounded(state.length - skipped + observed.stream().mapToInt(Observed::size).sum());
  }

  /** Returns the sum of the squares of the clipped contact forces on all bodies. */
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
