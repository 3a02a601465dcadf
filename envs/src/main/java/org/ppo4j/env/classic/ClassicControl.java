package org.ppo4j.env.classic;

import java.util.List;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.Kwargs;

/** Contributes the tasks of this package under Gymnasium's ids and time limits. */
public final class ClassicControl implements EnvProvider {

  @Override
  public List<EnvDefinition> environments() {
    return List.of(
        new EnvDefinition("CartPole-v0", 200, ClassicControl::cartPole),
        new EnvDefinition("CartPole-v1", 500, ClassicControl::cartPole));
  }

  private static Dynamics cartPole(Kwargs kwargs) {
    return new CartPole(kwargs.flag("sutton_barto_reward", false));
  }
}
