package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;

/** A {@link Runner} that can fall: it is paid for being healthy, and an episode ends where not. */
abstract class HealthyRunner extends Runner {
  private static final double VELOCITY_BOUND = 10;
  private static final int HEIGHT = 1;
  private static final int PITCH = 2;

  private final double healthyReward;
  private final boolean terminateWhenUnhealthy;
  private final boolean paysTheFall;
  private final Kwargs.Range healthyHeight;
  private final Kwargs.Range healthyPitch;

  /**
   * Reads the arguments that these tasks share.
   *
   * @param paysTheFall whether the step that terminates is paid for being healthy too, as before v5
   * @param height the healthy heights, as a default
   * @param pitch the healthy pitches, as a default
   */
  HealthyRunner(
      Simulations simulations,
      int index,
      Kwargs kwargs,
      boolean paysTheFall,
      Kwargs.Range height,
      Kwargs.Range pitch) {
    super(simulations, index, kwargs, 1e-3, 5e-3, VELOCITY_BOUND, 1);
    this.paysTheFall = paysTheFall;
    healthyReward = kwargs.number("healthy_reward", 1);
    terminateWhenUnhealthy = kwargs.flag("terminate_when_unhealthy", true);
    healthyHeight = kwargs.range("healthy_z_range", height.low(), height.high());
    healthyPitch = kwargs.range("healthy_angle_range", pitch.low(), pitch.high());
  }

  /** Returns whether {@link #state} is healthy: it has not fallen. */
  boolean isHealthy() {
    return isWithin(healthyHeight, state[HEIGHT]) && isWithin(healthyPitch, state[PITCH]);
  }

  /** Returns whether {@code value} is inside {@code range}; an end of it is not. */
  static boolean isWithin(Kwargs.Range range, double value) {
    return range.low() < value && value < range.high();
  }

  @Override
  final void perturb(NumpyRandom random) {
    addUniform(random, 0, state.length, resetNoiseScale);
  }

  @Override
  final double survival() {
    return isHealthy() || (paysTheFall && terminateWhenUnhealthy) ? healthyReward : 0;
  }

  @Override
  public final boolean terminated() {
    return terminateWhenUnhealthy && !isHealthy();
  }
}
