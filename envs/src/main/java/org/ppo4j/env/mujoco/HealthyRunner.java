package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;

/** A {@link Runner} that can fall. It is rewarded for being healthy; a fall ends the episode. */
abstract class HealthyRunner extends Runner {
  private static final double VELOCITY_BOUND = 10;
  private static final int HEIGHT = 1;
  private static final int PITCH = 2;

  private final double healthyReward;
  private final boolean terminateWhenUnhealthy;
  private final boolean rewardsFall;
  private final Kwargs.Range healthyHeight;
  private final Kwargs.Range healthyPitch;

  /**
   * Reads the arguments that these tasks share.
   *
   * @param rewardsFall whether the step that terminates receives the healthy reward too, as before
   *     v5
   * @param height the default range of healthy heights
   * @param pitch the default range of healthy pitches
   */
  HealthyRunner(
      Simulations simulations,
      int index,
      Kwargs kwargs,
      boolean rewardsFall,
      Kwargs.Range height,
      Kwargs.Range pitch) {
    super(simulations, index, kwargs, 1e-3, 5e-3, VELOCITY_BOUND, 1);
    this.rewardsFall = rewardsFall;
    healthyReward = kwargs.number("healthy_reward", 1);
    terminateWhenUnhealthy = kwargs.flag("terminate_when_unhealthy", true);
    healthyHeight = kwargs.range("healthy_z_range", height.low(), height.high());
    healthyPitch = kwargs.range("healthy_angle_range", pitch.low(), pitch.high());
  }

  /** Returns whether {@link #state} is healthy, which means that the body has not fallen. */
  boolean isHealthy() {
    return isWithin(healthyHeight, state[HEIGHT]) && isWithin(healthyPitch, state[PITCH]);
  }

  /** Returns whether {@code value} is inside {@code range}, whose ends are not included. */
  static boolean isWithin(Kwargs.Range range, double value) {
    return range.low() < value && value < range.high();
  }

  @Override
  final void perturb(NumpyRandom random) {
    addUniform(random, 0, state.length, resetNoiseScale);
  }

  @Override
  final double survival() {
    return isHealthy() || (rewardsFall && terminateWhenUnhealthy) ? healthyReward : 0;
  }

  @Override
  public final boolean terminated() {
    return terminateWhenUnhealthy && !isHealthy();
  }
}
