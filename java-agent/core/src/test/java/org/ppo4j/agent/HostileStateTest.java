package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;

/** Checkpoints whose arrays are not those that the training saved, with checksums that fit. */
@Timeout(120)
class HostileStateTest {

  /** Returns the checkpoint after the first of three iterations. */
  private static Checkpoint trained(Algorithm algorithm) {
    List<Checkpoint> all = new ArrayList<>();
    try (Training training =
        Training.on("Pendulum-v1")
            .algorithm(algorithm)
            .preset(null)
            .config(
                c -> {
                  c.numEnvs(2).numSteps(32).totalTimesteps(192);
                  switch (algorithm) {
                    case PPG -> c.nIteration(2);
                    case GRPO -> c.groupSize(2);
                    default -> {}
                  }
                })
            .onIteration((running, iteration) -> all.add(copy(running.checkpoint())))
            .build()) {
      training.run();
    }
    return all.getFirst();
  }

  private static Checkpoint copy(Checkpoint checkpoint) {
    return checkpoint.withState(checkpoint.state().copy());
  }

  private static void resume(Checkpoint checkpoint) {
    Training.resume(checkpoint).build().close();
  }

  /** The statistics that only policies act with are not read here. */
  private static List<String> arrays(Checkpoint checkpoint) {
    return checkpoint.state().arrays().keySet().stream()
        .filter(name -> !name.startsWith("policy/"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"PPO", "PPG", "APPO", "A2C", "GRPO"})
  void anArrayOfAnotherLengthIsRefusedInWords(Algorithm algorithm) {
    Checkpoint checkpoint = trained(algorithm);
    resume(checkpoint);
    for (String name : arrays(checkpoint)) {
      Object array = checkpoint.state().arrays().get(name);
      int length = Array.getLength(array);
      for (int another : new int[] {0, length - 1, length + 1}) {
        if (another == length || another < 0) {
          continue;
        }
        Throwable refusal = catchThrowable(() -> resume(with(checkpoint, name, another)));

        assertThat(refusal)
            .as("%s with %d of %d elements", name, another, length)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching("(?s).*(checkpoint|not the state of|not a state of).*");
      }
    }
  }

  /** Returns {@code checkpoint} with an array cut, or extended by zeros. */
  private static Checkpoint with(Checkpoint checkpoint, String name, int length) {
    TrainingState state = new TrainingState();
    for (Map.Entry<String, Object> each : checkpoint.state().arrays().entrySet()) {
      boolean isChanged = each.getKey().equals(name);
      switch (each.getValue()) {
        case float[] floats ->
            state.put(each.getKey(), isChanged ? Arrays.copyOf(floats, length) : floats);
        case double[] doubles ->
            state.put(each.getKey(), isChanged ? Arrays.copyOf(doubles, length) : doubles);
        case long[] longs ->
            state.put(each.getKey(), isChanged ? Arrays.copyOf(longs, length) : longs);
        case byte[] bytes ->
            state.put(each.getKey(), isChanged ? Arrays.copyOf(bytes, length) : bytes);
        default -> throw new AssertionError(name);
      }
    }
    return checkpoint.withState(state);
  }

  /** From zeros a generator draws zeros only, which no rejection sampler accepts. */
  @ParameterizedTest
  @ValueSource(strings = {"random/acting", "random/shuffling"})
  void aGeneratorOfZerosIsRefused(String name) {
    Checkpoint checkpoint = copy(trained(Algorithm.PPO));
    byte[] saved = checkpoint.state().bytes(name);
    Arrays.fill(saved, 0, 32, (byte) 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> resume(checkpoint))
        .withMessage(
            "the checkpoint's array %s is all zeros, from which a generator draws only zeros"
                .formatted(name));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
  void countersThatNoTrainingHasAreRefused(long count) {
    Checkpoint checkpoint = copy(trained(Algorithm.PPO));
    checkpoint.state().longs("run/episodes")[0] = count;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resume(checkpoint))
        .withMessageContaining("the checkpoint has %d episodes", count);

    Checkpoint another = copy(trained(Algorithm.PPO));
    another.state().longs("environment/state")[1] = count;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resume(another))
        .withMessageContaining("sub-environment 0 has taken %d steps", count);
  }

  @Test
  void aPolicyWithoutItsStatisticsIsRefused() {
    Checkpoint checkpoint = trained(Algorithm.PPO);
    for (String name : List.of("network/parameters", "observations/0/mean")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TrainedPolicy.of(with(checkpoint, name, 2)).close())
          .withMessageContaining("the checkpoint");
    }
  }
}
