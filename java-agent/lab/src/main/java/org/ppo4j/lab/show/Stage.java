package org.ppo4j.lab.show;

import org.ppo4j.env.VectorEnv;

/**
 * An environment and what takes its pictures.
 *
 * @param env one sub-environment; closed with this stage
 * @param scene takes pictures of it
 */
public record Stage(VectorEnv env, Scene scene) implements AutoCloseable {

  @Override
  public void close() {
    env.close();
  }
}
