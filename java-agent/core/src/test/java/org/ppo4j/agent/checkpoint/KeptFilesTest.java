package org.ppo4j.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.policy.Policy;

/**
 * Files that ppo4j 0.2.0 wrote stay readable. They are the last checkpoints of
 *
 * <pre>
 * ./ppo4j train CartPole-v1 --seed 4 --total-timesteps 1024
 * ./ppo4j train Pendulum-v1 --seed 4 --preset none --total-timesteps 4096 --action-bounds squash
 * </pre>
 *
 * and never made again: what a later version changes must not need it.
 */
class KeptFilesTest {
  @ParameterizedTest
  @CsvSource({
    "cartpole-0.2.0.zip, CartPole-v1, 1024, '0.01 0.5 -0.03 -0.2', 0",
    "pendulum-0.2.0.zip, Pendulum-v1, 4096, '0.8 -0.6 1.5', -0.20067231505749783"
  })
  void areReadActAndContinue(
      String name, String env, long globalStep, String observation, double action)
      throws URISyntaxException {
    Path file = Path.of(Objects.requireNonNull(getClass().getResource(name)).toURI());
    double[] numbers = numbers(observation);

    Checkpoint checkpoint = Checkpoint.read(file);
    assertThat(checkpoint.run().algorithm()).isEqualTo(Algorithm.PPO);
    assertThat(checkpoint.run().env()).isEqualTo(env);
    assertThat(checkpoint.run().seed()).isEqualTo(4);
    assertThat(checkpoint.globalStep()).isEqualTo(globalStep);
    try (TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      assertThat(policy.act(numbers)).containsExactly(action);
    }
    try (Policy policy = Policy.load(file)) {
      assertThat(policy.act(numbers)).containsExactly(action);
    }
    try (Training training =
        Training.resume(file).config(c -> c.totalTimesteps(2 * globalStep)).build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      assertThat(training.globalStep()).isEqualTo(2 * globalStep);
    }
  }

  private static double[] numbers(String text) {
    String[] words = text.split(" ", -1);
    double[] numbers = new double[words.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i]);
    }
    return numbers;
  }
}
