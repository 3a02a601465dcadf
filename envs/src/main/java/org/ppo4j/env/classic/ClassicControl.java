package org.ppo4j.env.classic;

import java.util.List;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.Kwargs;

/** Provides the tasks of this package under Gymnasium's ids and time limits. */
public final class ClassicControl implements EnvProvider {

  @Override
  public List<EnvDefinition> environments() {
    return List.of(
        new EnvDefinition("Acrobot-v1", 500, _ -> new Acrobot()),
        new EnvDefinition("CartPole-v0", 200, ClassicControl::cartPole),
        new EnvDefinition("CartPole-v1", 500, ClassicControl::cartPole),
        new EnvDefinition("MountainCar-v0", 200, ClassicControl::mountainCar),
        new EnvDefinition("MountainCarContinuous-v0", 999, ClassicControl::mountainCarContinuous),
        new EnvDefinition("Pendulum-v1", 200, ClassicControl::pendulum));
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
