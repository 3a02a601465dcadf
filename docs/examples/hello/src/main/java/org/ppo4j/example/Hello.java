package org.ppo4j.example;

import java.nio.file.Path;
import java.util.Arrays;
import org.ppo4j.agent.Training;
import org.ppo4j.policy.Policy;

/** Trains CartPole-v1, saves the agent, loads it again and acts. */
public final class Hello {
  private Hello() {}

  /** Writes the agent to {@code cartpole.zip}. */
  public static void main(String[] args) {
    Path file = Path.of("cartpole.zip");
    try (Training training = Training.on("CartPole-v1").seed(1).stopAtReturn(475).build()) {
      System.out.printf("%s after %,d steps%n", training.run(), training.globalStep());
      training.save(file);
    }
    double[] observation = {0.01, 0.02, -0.03, 0.04};
    double[] action = Policy.load(file).act(observation);
    System.out.printf("%s -> %s%n", Arrays.toString(observation), Arrays.toString(action));
  }
}
