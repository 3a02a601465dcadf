package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Space;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.PolicyException;

/** Trainings with the distribution of actions of a program. */
class OwnDistributionTest {
  @TempDir private Path folder;

  private static TrainingBuilder small(Algorithm algorithm) {
    return Training.on("CartPole-v1")
        .algorithm(algorithm)
        .actionDistribution(new OwnHead())
        .threads(1)
        .config(
            c -> {
              c.numEnvs(8).numSteps(16).totalTimesteps(6 * 128).hiddenSizes(List.of(8));
              if (algorithm != Algorithm.A2C) {
                c.numMinibatches(4).updateEpochs(2);
              }
            });
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }

  /** One logit z has the probabilities, and the loss the derivatives, of the logits 0 and z. */
  @Test
  void theFormulasOfTheProgramAreUsed() {
    Space space = new Space.Discrete(2);
    NetworkSpec shape = new NetworkSpec(1, List.of(4), Activation.TANH, 1, 0);
    ActionDistribution own =
        ActionDistribution.of(space, ActionConfig.DEFAULT, shape, new OwnHead());
    ActionDistribution categorical = ActionDistribution.of(space, ActionConfig.DEFAULT, 0, 0);
    float[] actions = {1, 0};
    float[] logProbs = new float[2];
    float[] expected = new float[2];
    float[] entropies = new float[2];
    float[] logProbGradients = {0.5f, -2};
    float[] gradients = new float[2];
    float[] expectedGradients = new float[4];

    own.evaluate(new float[] {0.7f, -1.2f}, 2, new float[0], actions, logProbs, entropies);
    own.gradients(logProbGradients, 0, gradients, new float[0]);
    categorical.evaluate(
        new float[] {0, 0.7f, 0, -1.2f}, 2, new float[0], actions, expected, new float[2]);
    categorical.gradients(logProbGradients, 0, expectedGradients, new float[0]);

    for (int i = 0; i < 2; i++) {
      assertThat(logProbs[i]).isCloseTo(expected[i], within(1e-6f));
      assertThat(entropies[i]).isEqualTo(-logProbs[i]);
      assertThat(gradients[i]).isCloseTo(expectedGradients[2 * i + 1], within(1e-6f));
    }
    own.gradients(new float[2], 1, gradients, new float[0]);
    own.gradients(new float[] {-1, -1}, 0, expectedGradients, new float[0]);
    assertThat(gradients)
        .as("the entropy is -log pi")
        .containsExactly(expectedGradients[0], expectedGradients[1]);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PPO_PENALTY", "TRPO", "PPG", "RPO"})
  void itIsRecordedAndContinued(Algorithm algorithm) {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(small(algorithm), whole);
    train(
        small(algorithm)
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);

    Checkpoint read = Checkpoint.read(whole);
    SameArrays.assertSame(Checkpoint.read(resumed).state().arrays(), read.state().arrays());
    assertThat(read.run().network()).isEqualTo(OwnHead.class.getName());
    try (TrainedPolicy policy = TrainedPolicy.load(whole)) {
      assertThat(policy.act(new double[] {0.01, 0.02, -0.03, 0.04})[0]).isIn(0.0, 1.0);
      assertThat(policy.ownDistribution()).isEqualTo(OwnHead.class.getName());
      assertThat(policy.network().shape().policyOutputs()).isEqualTo(1);
    }
  }

  @Test
  void aReferenceHasItToo() {
    Path file = folder.resolve("reference.zip");
    train(small(Algorithm.PPO), file);
    try (Training training =
        Training.on("CartPole-v1").reference(Checkpoint.read(file)).threads(1).build()) {
      training.run();
      assertThat(training.returns().episodes()).isPositive();
    }
  }

  @Test
  void whatDoesNotHaveItRefusesIt() {
    Path file = folder.resolve("policy.zip");
    train(small(Algorithm.PPO), file);
    assertThatExceptionOfType(PolicyException.class)
        .isThrownBy(() -> Policy.load(file))
        .withMessageContaining("which only the class that made it runs");
    refused(
        small(Algorithm.PPG).config(c -> c.nIteration(2)),
        "ppg needs the KL divergences of the distribution of actions, which org.ppo4j.agent.OwnHead"
            + " does not have; implement kl, addKlGradients and fisherProduct, or use another"
            + " algorithm");
    refused(
        small(Algorithm.TRPO),
        "trpo needs the KL divergences of the distribution of actions, which"
            + " org.ppo4j.agent.OwnHead does not have; implement kl, addKlGradients and"
            + " fisherProduct, or use another algorithm");
    refused(
        small(Algorithm.PPO_PENALTY),
        "ppo-penalty needs the KL divergences of the distribution of actions, which"
            + " org.ppo4j.agent.OwnHead does not have; implement kl, addKlGradients and"
            + " fisherProduct, or use another algorithm");
    refused(
        Training.on("Pendulum-v1").algorithm(Algorithm.RPO).actionDistribution(new OwnHead()),
        "rpo shifts the means of normal distributions, but org.ppo4j.agent.OwnHead is a"
            + " distribution of another kind; use another algorithm");
    refused(
        Training.on("Pendulum-v1")
            .actionDistribution(new OwnHead())
            .config(c -> c.actionBounds(ActionBounds.SQUASH)),
        "actionHead GAUSSIAN and actionBounds SQUASH have no effect on org.ppo4j.agent.OwnHead;"
            + " leave them GAUSSIAN and CLIP");
  }

  private static void refused(TrainingBuilder builder, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessage(message);
  }
}
