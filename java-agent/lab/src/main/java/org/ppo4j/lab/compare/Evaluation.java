package org.ppo4j.lab.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;

/**
 * Deterministic episodes of a trained policy; the content of {@code evaluation.json} in the folder
 * of the training.
 *
 * @param policy the name of the policy's file
 * @param seed the environment's seed
 * @param returns sums of raw rewards, {@code [episodes]}
 */
public record Evaluation(String policy, long seed, double[] returns) {
  static final String FILE = "evaluation.json";

  /** Returns whether {@code folder} has an evaluation of this policy, seed and episode count. */
  public static boolean exists(Path folder, String policy, long seed, int episodes) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        return false;
      }
      Evaluation found = Json.MAPPER.readValue(Files.readString(file), Evaluation.class);
      return found.policy.equals(policy) && found.seed == seed && found.returns.length == episodes;
    } catch (IOException e) {
      return false; // cut off by an interruption
    }
  }

  /** Writes it into {@code folder}. */
  public void write(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Files.writeString(file, Json.MAPPER.writeValueAsString(this) + "\n");
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
