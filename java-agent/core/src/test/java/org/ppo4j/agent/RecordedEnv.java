package org.ppo4j.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Replays what {@code record_cleanrl.py} recorded of the innermost environments, regardless of the
 * actions.
 */
final class RecordedEnv implements VectorEnv {
  private final EnvSpec spec;
  private final int numEnvs;
  private final int size;
  private final double[] firstObservations;
  private final double[] observations;
  private final double[] finalObservations;
  private final double[] rewards;
  private final double[] terminated;
  private final double[] truncated;
  private int step;
  private int episodes;

  RecordedEnv(Golden golden) {
    JsonNode args = golden.settings().get("args");
    numEnvs = args.get("num_envs").asInt();
    firstObservations = golden.doubles("first_observations");
    observations = golden.doubles("observations");
    finalObservations = golden.doubles("final_observations");
    rewards = golden.doubles("rewards");
    terminated = golden.doubles("terminated");
    truncated = golden.doubles("truncated");
    size = firstObservations.length / numEnvs;
    Space observation =
        Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, size, DType.FLOAT64);
    Space action = actionSpace(golden.settings().get("action_space"));
    spec = new EnvSpec(args.get("env_id").asText(), observation, action, 0, Map.of(), Map.of());
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
    System.arraycopy(firstObservations, 0, out.observations, 0, numEnvs * size);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    int row = step * numEnvs;
    System.arraycopy(observations, row * size, out.observations, 0, numEnvs * size);
    System.arraycopy(rewards, row, out.rewards, 0, numEnvs);
    for (int env = 0; env < numEnvs; env++) {
      out.terminated[env] = terminated[row + env] == 1;
      out.truncated[env] = truncated[row + env] == 1;
      if (out.isDone(env)) {
        System.arraycopy(
            finalObservations, episodes * size, out.finalObservations, env * size, size);
        episodes++;
      }
    }
    step++;
  }

  @Override
  public void close() {}
}
