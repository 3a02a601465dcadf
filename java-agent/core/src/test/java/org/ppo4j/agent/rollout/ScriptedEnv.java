package org.ppo4j.agent.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Two sub-environments that give the same numbers whatever is done. Step k (from 1) gives the
 * observations (k, 0.5) and (10 + k, 0.5) and the rewards k and -k. In every fifth step from the
 * second on sub-environment 0 terminates, in every fifth from the third on sub-environment 1 is
 * truncated, in every fifth both happen to 0; the final observations are (100 + k, 0.5) and (200 +
 * k, 0.5).
 */
final class ScriptedEnv implements VectorEnv {
  static final int N = 2;

  /** The actions of every step, {@code [2]} each. */
  final List<double[]> actions = new ArrayList<>();

  /** What is not finite, and from which step on: "observation", "reward" or "final observation". */
  private final String broken;

  private final Space actionSpace;

  private final int brokenFrom;
  private int k;

  /** The step in which sub-environment 1 is interrupted; 0 for none. */
  int interruptedStep;

  ScriptedEnv() {
    this("", 0);
  }

  ScriptedEnv(Space actionSpace) {
    this("", 0, actionSpace);
  }

  ScriptedEnv(String broken, int brokenFrom) {
    this(broken, brokenFrom, new Space.Discrete(2, 3));
  }

  private ScriptedEnv(String broken, int brokenFrom, Space actionSpace) {
    this.actionSpace = actionSpace;
    this.broken = broken;
    this.brokenFrom = brokenFrom;
  }

  @Override
  public EnvSpec spec() {
    Space observation =
        Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 2, DType.FLOAT64);
    return new EnvSpec("Scripted", observation, actionSpace, 0, Map.of(), Map.of());
  }

  @Override
  public int numEnvs() {
    return N;
  }

  @Override
  public AutoresetMode autoresetMode() {
    return AutoresetMode.SAME_STEP;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    k = 0;
    out.clearTransitions();
    observe(out);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    this.actions.add(actions.clone());
    k++;
    observe(out);
    out.rewards[0] = breaks("reward") ? Double.NEGATIVE_INFINITY : k;
    out.rewards[1] = -k;
    out.terminated[0] = k % 5 == 2 || k % 5 == 0;
    out.truncated[0] = k % 5 == 0;
    out.truncated[1] = k % 5 == 3;
    for (int i = 0; i < N; i++) {
      out.finalObservations[2 * i] = breaks("final observation") ? Double.NaN : 100 * (i + 1) + k;
      out.finalObservations[2 * i + 1] = 0.5;
      out.episodeReturns[i] = 1000 * (i + 1) + k;
      out.episodeLengths[i] = 10 * (i + 1) + k;
    }
    out.interrupted[1] = k == interruptedStep;
    if (out.interrupted[1]) {
      out.rewards[1] = 0;
      out.truncated[1] = true;
      out.finalObservations[2] = 10 + k - 1;
    }
  }

  private void observe(StepBatch out) {
    out.observations[0] = k;
    out.observations[1] = 0.5;
    out.observations[2] = breaks("observation") ? Double.NaN : 10 + k;
    out.observations[3] = 0.5;
  }

  private boolean breaks(String what) {
    return broken.equals(what) && k >= brokenFrom;
  }

  @Override
  public void close() {}
}
