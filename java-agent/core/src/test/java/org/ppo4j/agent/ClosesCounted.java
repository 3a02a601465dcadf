package org.ppo4j.agent;

import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** An environment that counts how often it is closed. */
class ClosesCounted extends VectorWrapper {
  int closes;

  ClosesCounted(VectorEnv env) {
    super(env);
  }

  @Override
  public void close() {
    closes++;
    super.close();
  }
}
