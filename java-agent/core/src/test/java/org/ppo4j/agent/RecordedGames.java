package org.ppo4j.agent;

import java.util.Arrays;
import java.util.Map;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Replays the games that {@code record_cleanrl_atari.py} recorded, regardless of the actions:
 * stacks of four frames.
 */
final class RecordedGames implements VectorEnv {
  private static final int FRAME = 84 * 84;
  private static final int STACK = 4 * FRAME;

  private final EnvSpec spec;
  private final int numEnvs;
  private final double[] firstFrames;
  private final double[] frames;
  private final double[] finalFrames;
  private final double[] rewards;
  private final double[] terminated;
  private final double[] truncated;

  /** The observations, {@code [N, 4, 84, 84]}. */
  private final double[] stacks;

  private int step;
  private int episodes;

  RecordedGames(Golden golden) {
    numEnvs = golden.settings().get("args").get("num_envs").asInt();
    firstFrames = golden.doubles("first_frames");
    frames = golden.doubles("frames");
    finalFrames = golden.doubles("final_frames");
    rewards = golden.doubles("rewards");
    terminated = golden.doubles("terminated");
    truncated = golden.doubles("truncated");
    stacks = new double[numEnvs * STACK];
    double[] high = new double[STACK];
    Arrays.fill(high, 255);
    spec =
        new EnvSpec(
            golden.settings().get("args").get("env_id").asText(),
            new Space.Box(new double[STACK], high, new int[] {4, 84, 84}, DType.UINT8),
            new Space.Discrete(golden.settings().get("action_space").get("n").asInt()),
            0,
            Map.of(),
            Map.of());
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
    step = 0;
    episodes = 0;
    out.clearTransitions();
    for (int env = 0; env < numEnvs; env++) {
      start(env, firstFrames, env);
    }
    System.arraycopy(stacks, 0, out.observations, 0, stacks.length);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    for (int env = 0; env < numEnvs; env++) {
      int row = step * numEnvs + env;
      out.rewards[env] = rewards[row];
      out.terminated[env] = terminated[row] == 1;
      out.truncated[env] = truncated[row] == 1;
      if (out.isDone(env)) {
        push(env, finalFrames, episodes++);
        System.arraycopy(stacks, env * STACK, out.finalObservations, env * STACK, STACK);
        start(env, frames, row);
      } else {
        push(env, frames, row);
      }
    }
    System.arraycopy(stacks, 0, out.observations, 0, stacks.length);
    step++;
  }

  /** Fills a stack with a first frame. */
  private void start(int env, double[] from, int frame) {
    for (int i = 0; i < 4; i++) {
      System.arraycopy(from, frame * FRAME, stacks, env * STACK + i * FRAME, FRAME);
    }
  }

  /** Puts a frame behind the last three. */
  private void push(int env, double[] from, int frame) {
    int at = env * STACK;
    System.arraycopy(stacks, at + FRAME, stacks, at, 3 * FRAME);
    System.arraycopy(from, frame * FRAME, stacks, at + 3 * FRAME, FRAME);
  }

  @Override
  public void close() {}
}
