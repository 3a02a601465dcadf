package org.ppo4j.agent.actor;

import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The description of sub-environments that actors step, for a learner that has none itself. */
public final class UnsteppedEnv implements VectorEnv {
  private final EnvSpec spec;
  private final int numEnvs;

  /** Creates the description of {@code numEnvs} sub-environments. */
  public UnsteppedEnv(EnvSpec spec, int numEnvs) {
    this.spec = spec;
    this.numEnvs = numEnvs;
  }

  @Override
  public EnvSpec spec() {
    return spec;
  }

  @Override
  public int numEnvs() {
    return numEnvs;
  }

  @Override
  public AutoresetMode autoresetMode() {
    return AutoresetMode.SAME_STEP;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    throw unstepped();
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    throw unstepped();
  }

  private static IllegalStateException unstepped() {
    return new IllegalStateException("actors step these environments, not the learner");
  }

  @Override
  public void close() {}
}
