package org.ppo4j.env.example;

import java.util.List;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;

/** Contributes the corridor to every program that has this class on its class path. */
public final class Corridors implements EnvProvider {
  @Override
  public List<EnvDefinition> environments() {
    return List.of(new EnvDefinition("Corridor-v0", 100, Corridor::new));
  }
}
