package org.ppo4j.dl4j;

import java.io.IOException;
import org.ppo4j.agent.CleanRlAtariTest;
import org.ppo4j.agent.network.Engine;

/** The first update of CleanRL's Atari agent, replayed on DL4J, which takes 16 seconds. */
class Dl4jAtariFidelityTest extends CleanRlAtariTest {
  Dl4jAtariFidelityTest() throws IOException {}

  @Override
  protected Engine engine() {
    return Engine.DL4J;
  }

  @Override
  protected int updates() {
    return 1;
  }
}
