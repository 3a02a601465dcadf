package org.ppo4j.agent.actor;

import org.ppo4j.env.Resumable;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** An environment that keeps the raw rewards of a rollout, which the learner normalises. */
class TappedEnv extends VectorWrapper {
  private double[] rewards = {};
  private int at;

  private TappedEnv(VectorEnv env) {
    super(env);
  }

  /** Returns {@code env} tapped, resumable if it is. */
  static TappedEnv of(VectorEnv env) {
    return env instanceof Resumable resumable
        ? new ResumableTappedEnv(env, resumable)
        : new TappedEnv(env);
  }

  /** Begins to keep the rewards of {@code numSteps} steps. */
  void start(int numSteps) {
    int size = numSteps * numEnvs();
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
  public void step(double[] actions, StepBatch out) {
    super.step(actions, out);
    System.arraycopy(out.rewards, 0, rewards, at, out.rewards.length);
    at += out.rewards.length;
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
