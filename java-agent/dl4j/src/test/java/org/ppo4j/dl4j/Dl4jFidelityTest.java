package org.ppo4j.dl4j;

import org.ppo4j.agent.CleanRlFidelityTest;
import org.ppo4j.agent.network.Engine;

/** CleanRL's recorded updates, replayed on DL4J. */
class Dl4jFidelityTest extends CleanRlFidelityTest {
  @Override
  protected Engine engine() {
    return Engine.DL4J;
  }
}
