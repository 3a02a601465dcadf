package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.state.TrainingState;

/** Compares AdamW and RMSprop with PyTorch and Stable-Baselines3. */
class OptimizersTest {
  @ParameterizedTest
  @EnumSource(names = {"ADAMW", "RMSPROP"})
  void stepsAreTheirs(OptimizerKind kind) throws IOException {
    Golden golden = golden(kind);
    assertStepsAreTheirs(golden, optimizer(kind, golden), 3e-7);
  }

  private static void assertStepsAreTheirs(Golden golden, Optimizer optimizer, double tolerance) {
    float[] parameters = golden.floats("initial");
    for (int step = 0; step < golden.settings().get("steps").asInt(); step++) {
      take(optimizer, golden, step, parameters);
      for (int i = 0; i < parameters.length; i++) {
        double expected = golden.doubles("parameters")[step * parameters.length + i];
        assertThat(parameters[i])
            .as("step %d, parameter %d", step, i)
            .isCloseTo(
                (float) expected, within((float) (tolerance * Math.max(1, Math.abs(expected)))));
      }
    }
  }

  /** The second group of PyTorch's parameters is the critic. */
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void theCriticHasItsRate(OptimizerKind kind) throws IOException {
    String name = kind.name().toLowerCase(Locale.ROOT);
    Golden golden = Golden.read("optimizers/%s-critic.golden".formatted(name));
    Optimizer optimizer =
        Optimizer.of(
            config(kind, golden),
            golden.floats("initial").length,
            golden.settings().get("critic_offset").asInt(),
            golden.settings().get("critic_factor").asDouble());
    assertStepsAreTheirs(golden, optimizer, 5e-7); // its steps are three times as long
  }

  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void continuesAsIfNeverStopped(OptimizerKind kind) throws IOException {
    Golden golden = golden(kind);
    float[] through = golden.floats("initial").clone();
    Optimizer optimizer = optimizer(kind, golden);
    take(optimizer, golden, 0, through);
    float[] resumed = through.clone();
    TrainingState state = new TrainingState();
    optimizer.save(state);
    take(optimizer, golden, 1, through);

    Optimizer other = optimizer(kind, golden);
    other.restore(state);
    take(other, golden, 1, resumed);

    assertThat(resumed).isEqualTo(through);
  }

  /** Not finite gradients change nothing. */
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void aNormThatIsNotFiniteIsReturned(OptimizerKind kind) throws IOException {
    Optimizer optimizer = optimizer(kind, golden(kind));

    assertThat(optimizer.begin(new float[] {1, Float.NaN}, 1e-3)).isNaN();
  }

  private static Golden golden(OptimizerKind kind) throws IOException {
    return Golden.read(
        "optimizers/%s.golden".formatted(kind == OptimizerKind.RMSPROP ? "rmsprop" : "adamw"));
  }

  private static Optimizer optimizer(OptimizerKind kind, Golden golden) {
    return Optimizer.of(config(kind, golden), golden.floats("initial").length);
  }

  private static OptimizerConfig config(OptimizerKind kind, Golden golden) {
    return new OptimizerConfig(
        kind,
        123,
        LrSchedule.CONSTANT,
        0.01,
        golden.settings().get("eps").asDouble(),
        golden.settings().get("weight_decay").asDouble(),
        golden.settings().get("max_grad_norm").asDouble());
  }

  private static void take(Optimizer optimizer, Golden golden, int step, float[] parameters) {
    int n = parameters.length;
    float[] gradients = Arrays.copyOfRange(golden.floats("gradients"), step * n, (step + 1) * n);
    optimizer.begin(gradients, golden.doubles("learning_rates")[step]);
    optimizer.step(parameters, gradients, 0, n / 2 + 1);
    optimizer.step(parameters, gradients, n / 2 + 1, n);
  }
}
