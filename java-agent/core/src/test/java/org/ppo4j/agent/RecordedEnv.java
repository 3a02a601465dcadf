package org.ppo4j.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Replays what {@code record_cleanrl.py} recorded of the innermost environments, or the games that
 * {@code record_cleanrl_atari.py} recorded frame by frame, regardless of the actions.
 */
final class RecordedEnv implements VectorEnv {
  private static final int PIXELS = 84;

  private final EnvSpec spec;
  private final int numEnvs;

  /** The recorded observations that follow each other in one that the agent sees. */
  private final int stack;

  /** The numbers of a recorded observation. */
  private final int size;

  private final double[] firsts;
  private final double[] observations;
  private final double[] finals;
  private final double[] rewards;
  private final double[] terminated;
  private final double[] truncated;

  /** What the agent sees, {@code [N, stack, size]}. */
  private final double[] seen;

  private int step;
  private int episodes;

  private RecordedEnv(Golden golden, String kind, int stack) {
    this.stack = stack;
    JsonNode args = golden.settings().get("args");
    numEnvs = args.get("num_envs").asInt();
    firsts = golden.doubles("first_" + kind);
    observations = golden.doubles(kind);
    finals = golden.doubles("final_" + kind);
    rewards = golden.doubles("rewards");
    terminated = golden.doubles("terminated");
    truncated = golden.doubles("truncated");
    size = firsts.length / numEnvs;
    seen = new double[numEnvs * stack * size];
    Space action = actionSpace(golden.settings().get("action_space"));
    Space observation = stack == 1 ? numbers(size) : frames(stack);
    spec = new EnvSpec(args.get("env_id").asText(), observation, action, 0, Map.of(), Map.of());
  }

  /** Returns the environments of {@code record_cleanrl.py}. */
  static RecordedEnv of(Golden golden) {
    return new RecordedEnv(golden, "observations", 1);
  }

  /** Returns the games of {@code record_cleanrl_atari.py}, in stacks of four frames. */
  static RecordedEnv games(Golden golden) {
    return new RecordedEnv(golden, "frames", 4);
  }

  private static Space numbers(int size) {
    return Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, size, DType.FLOAT64);
  }

  private static Space frames(int stack) {
    double[] high = new double[stack * PIXELS * PIXELS];
    Arrays.fill(high, 255);
    int[] shape = {stack, PIXELS, PIXELS};
    return new Space.Box(new double[high.length], high, shape, DType.UINT8);
  }

  private static Space actionSpace(JsonNode space) {
    if (space.has("n")) {
      return new Space.Discrete(space.get("n").asInt());
    }
    double[] low = new double[space.get("low").size()];
    double[] high = new double[low.length];
    for (int i = 0; i < low.length; i++) {
      low[i] = space.get("low").get(i).asDouble();
      high[i] = space.get("high").get(i).asDouble();
    }
    return new Space.Box(low, high, new int[] {low.length}, DType.FLOAT32);
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
      start(env, firsts, env);
    }
    System.arraycopy(seen, 0, out.observations, 0, seen.length);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    int width = stack * size;
    for (int env = 0; env < numEnvs; env++) {
      int row = step * numEnvs + env;
      out.rewards[env] = rewards[row];
      out.terminated[env] = terminated[row] == 1;
      out.truncated[env] = truncated[row] == 1;
      if (out.isDone(env)) {
        push(env, finals, episodes++);
        System.arraycopy(seen, env * width, out.finalObservations, env * width, width);
        start(env, observations, row);
      } else {
        push(env, observations, row);
      }
    }
    System.arraycopy(seen, 0, out.observations, 0, seen.length);
    step++;
  }

  /** Fills a stack with an episode's first observation. */
  private void start(int env, double[] from, int row) {
    for (int i = 0; i < stack; i++) {
      System.arraycopy(from, row * size, seen, (env * stack + i) * size, size);
    }
  }

  /** Puts an observation behind the last ones of the stack. */
  private void push(int env, double[] from, int row) {
    int at = env * stack * size;
    int kept = (stack - 1) * size;
    System.arraycopy(seen, at + size, seen, at, kept);
    System.arraycopy(from, row * size, seen, at + kept, size);
  }

  @Override
  public void close() {}
}
