package org.ppo4j.agent;

import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** An environment that passes all calls to another; subclasses change some. */
public abstract class ForwardingEnv implements VectorEnv {
  private final VectorEnv env;

  protected ForwardingEnv(VectorEnv env) {
    this.env = env;
  }

  @Override
  public EnvSpec spec() {
    return env.spec();
  }

  @Override
  public int numEnvs() {
    return env.numEnvs();
  }

  @Override
  public AutoresetMode autoresetMode() {
    return env.autoresetMode();
  }

  @Override
  public void reset(long seed, StepBatch out) {
    env.reset(seed, out);
  }

  @Override
  public void reset(long[] seeds, StepBatch out) {
    env.reset(seeds, out);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    env.step(actions, out);
  }

  @Override
  public void close() {
    env.close();
  }
}
