package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;

/**
 * What every algorithm does on DL4J, as {@code AlgorithmContractTest} has it for the fast engine.
 */
class Dl4jAlgorithmsTest {
  @TempDir private Path folder;

  static Stream<Arguments> trainings() {
    return Arrays.stream(Algorithm.values())
        .filter(algorithm -> algorithm != Algorithm.TRPO && algorithm != Algorithm.PPG)
        .flatMap(
            algorithm ->
                Stream.of(ActionHead.GAUSSIAN, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionHead.BETA)
                    .filter(head -> algorithm != Algorithm.RPO || head != ActionHead.BETA)
                    .map(head -> Arguments.of(algorithm, head)));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void theSameSeedGivesTheSameBytesAlsoIfResumed(Algorithm algorithm, ActionHead head) {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(small(algorithm).config(c -> c.actionHead(head)), whole);
    train(
        small(algorithm)
            .config(c -> c.actionHead(head))
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 2) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);

    assertThat(parameters(resumed)).isEqualTo(parameters(whole)).isNotEqualTo(parameters(half));
    assertThat(Checkpoint.read(resumed).run().engine()).isEqualTo(Engine.DL4J);
    try (TrainedPolicy policy = TrainedPolicy.load(whole)) {
      assertThat(policy.act(new double[] {1, 0, 0})).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TRPO", "PPG"})
  void whatNeedsMoreOfTheNetworksIsRefused(Algorithm algorithm) {
    TrainingBuilder builder = Training.on("Pendulum-v1").algorithm(algorithm).engine(Engine.DL4J);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessageContaining(algorithm.id() + " needs networks")
        .withMessageContaining("engine simd");
  }

  private static TrainingBuilder small(Algorithm algorithm) {
    return Training.on("Pendulum-v1")
        .algorithm(algorithm)
        .engine(Engine.DL4J)
        .seed(3)
        .preset(null)
        .config(
            c -> {
              c.numEnvs(4).numSteps(8).totalTimesteps(4 * 32).hiddenSizes(List.of(8));
              if (algorithm != Algorithm.A2C) {
                c.numMinibatches(2).updateEpochs(2);
              }
              if (algorithm == Algorithm.GRPO) {
                c.groupSize(2);
              }
            });
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }

  private static float[] parameters(Path file) {
    return Checkpoint.read(file).state().floats("network/parameters");
  }
}
