package org.ppo4j.agent;

import org.ppo4j.env.VectorEnv;

/** An environment that counts how often it is closed. */
class ClosesCounted extends ForwardingEnv {
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
