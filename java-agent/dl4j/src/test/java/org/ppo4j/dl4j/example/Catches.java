package org.ppo4j.dl4j.example;

import java.util.List;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;

/** Contributes {@link Catch} to programs that have this class on their class path. */
public final class Catches implements EnvProvider {
  @Override
  public List<EnvDefinition> environments() {
    return List.of(new EnvDefinition("Catch-v0", 10, _ -> new Catch()));
  }
}
