package org.ppo4j.env.classic;

import java.util.List;
import java.util.Locale;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.PartialDynamics;

/**
 * Provides the tasks of this package under Gymnasium's ids and time limits, and tasks of ppo4j:
 * three that need memory, two with hidden velocities and a T-maze, and one of mixed actions.
 */
public final class ClassicControl implements EnvProvider {

  @Override
  public List<EnvDefinition> environments() {
    return List.of(
        new EnvDefinition("Acrobot-v1", 500, _ -> new Acrobot()),
        new EnvDefinition("CartPole-v0", 200, ClassicControl::cartPole),
        new EnvDefinition("CartPole-v1", 500, ClassicControl::cartPole),
        new EnvDefinition("MountainCar-v0", 200, ClassicControl::mountainCar),
        new EnvDefinition("MountainCarContinuous-v0", 999, ClassicControl::mountainCarContinuous),
        new EnvDefinition("Pendulum-v1", 200, ClassicControl::pendulum),
        new EnvDefinition(
            "ppo4j/CartPoleNoVelocity-v1",
            500,
            kwargs -> new PartialDynamics(cartPole(kwargs), 0, 2)),
        new EnvDefinition(
            "ppo4j/PendulumNoVelocity-v1",
            200,
            kwargs -> new PartialDynamics(pendulum(kwargs), 0, 1)),
        new EnvDefinition(
            "ppo4j/TMaze-v0",
            500,
            kwargs -> new TMaze(kwargs.positive("length", 50), kwargs.flag("masks", false))),
        new EnvDefinition("ppo4j/Picking-v0", 100, ClassicControl::picking));
  }

  private static Dynamics picking(Kwargs kwargs) {
    String hold = kwargs.choice("hold", "none", List.of("none", "kind", "velocity"));
    return new Picking(Picking.Hold.valueOf(hold.toUpperCase(Locale.ROOT)));
  }

  private static Dynamics cartPole(Kwargs kwargs) {
    return new CartPole(kwargs.flag("sutton_barto_reward", false));
  }

  private static Dynamics mountainCar(Kwargs kwargs) {
    return new MountainCar(kwargs.number("goal_velocity", 0));
  }

  private static Dynamics mountainCarContinuous(Kwargs kwargs) {
    return new MountainCarContinuous(kwargs.number("goal_velocity", 0));
  }

  private static Dynamics pendulum(Kwargs kwargs) {
    return new Pendulum(kwargs.number("g", 10));
  }
}
