package org.ppo4j.agent.environment;

import org.ppo4j.env.VectorEnv;

/**
 * Environments whose number can be raised before they are used. A training whose number of
 * sub-environments depends on the action space makes one to learn it; what is slow to make, or can
 * exist only once, is then kept.
 */
public interface Growable {

  /**
   * Returns {@code numEnvs} sub-environments, those of this one among them if possible. This one is
   * then closed.
   *
   * @throws IllegalStateException if this one was reset
   * @throws org.ppo4j.env.EnvException if they cannot be made; nothing remains open then
   */
  VectorEnv grow(int numEnvs);
}
