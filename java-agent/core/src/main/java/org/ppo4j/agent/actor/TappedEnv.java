package org.ppo4j.agent.actor;

import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Resumable;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** An environment that keeps the raw rewards of a rollout, which the learner normalises. */
class TappedEnv implements VectorEnv {
  private final VectorEnv env;
  private double[] rewards = {};
  private int at;

  private TappedEnv(VectorEnv env) {
    this.env = env;
  }

  /** Returns {@code env} tapped, resumable if it is. */
  static TappedEnv of(VectorEnv env) {
    return env instanceof Resumable resumable
        ? new ResumableTappedEnv(env, resumable)
        : new TappedEnv(env);
  }

  /** Begins to keep the rewards of {@code numSteps} steps. */
  void start(int numSteps) {
    int size = numSteps * env.numEnvs();
    if (rewards.length != size) {
      rewards = new double[size];
    }
    at = 0;
  }

  /** Returns the rewards since the start, {@code [T, N]}; a live array. */
  double[] rewards() {
    return rewards;
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
  public boolean givesBytes() {
    return env.givesBytes();
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
    System.arraycopy(out.rewards, 0, rewards, at, out.rewards.length);
    at += out.rewards.length;
  }

  @Override
  public long restarts() {
    return env.restarts();
  }

  @Override
  public void close() {
    env.close();
  }

  /** A tapped environment that is resumable. */
  private static final class ResumableTappedEnv extends TappedEnv implements Resumable {
    private final Resumable resumable;

    ResumableTappedEnv(VectorEnv env, Resumable resumable) {
      super(env);
      this.resumable = resumable;
    }

    @Override
    public long[] state() {
      return resumable.state();
    }

    @Override
    public void restore(long[] state) {
      resumable.restore(state);
    }
  }
}
