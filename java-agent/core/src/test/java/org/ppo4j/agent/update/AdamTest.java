package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.state.TrainingState;

/** Compares steps with torch.optim.Adam after clip_grad_norm_. */
class AdamTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("adam");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithPyTorch(Golden golden) {
    float[] parameters = golden.floats("initial");
    int n = parameters.length;
    Adam adam =
        adam(
            n,
            golden.settings().get("eps").asDouble(),
            golden.settings().get("max_grad_norm").asDouble());
    double[] rates = golden.doubles("learning_rates");
    for (int step = 0; step < rates.length; step++) {
      float[] gradients = Arrays.copyOfRange(golden.floats("gradients"), step * n, (step + 1) * n);
      double norm = step(adam, parameters, gradients, rates[step]);
      assertThat(norm).isCloseTo(golden.doubles("norms")[step], within(1e-6 * (1 + norm)));
      for (int i = 0; i < n; i++) {
        double expected = golden.doubles("parameters")[step * n + i];
        assertThat((double) parameters[i])
            .as("parameter %d after step %d", i, step)
            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
      }
    }
    TrainingState state = new TrainingState();
    adam.save(state);
    for (int i = 0; i < n; i++) {
      assertThat((double) state.floats("adam/m")[i])
          .isCloseTo(golden.doubles("exp_avg")[i], within(1e-6));
      double expected = golden.doubles("exp_avg_sq")[i];
      assertThat((double) state.floats("adam/v")[i]).isCloseTo(expected, within(1e-6 * expected));
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void goesOnFromItsState(Golden golden) {
    int n = golden.floats("initial").length;
    Adam through = adam(n, 1e-5, 0.5);
    Adam first = adam(n, 1e-5, 0.5);
    Adam second = adam(n, 1e-5, 0.5);
    float[] expected = golden.floats("initial");
    float[] actual = golden.floats("initial");
    float[] gradients = Arrays.copyOf(golden.floats("gradients"), n);
    step(through, expected, gradients, 1e-3);
    step(through, expected, gradients, 1e-3);
    step(first, actual, gradients, 1e-3);
    TrainingState state = new TrainingState();
    first.save(state);
    second.restore(state);
    step(second, actual, gradients, 1e-3);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void beginsNoStepWhereTheNormIsNotFinite() {
    Adam adam = adam(2, 1e-5, 0.5);
    assertThat(adam.begin(new float[] {1, Float.NaN}, 1e-3)).isNaN();
    TrainingState state = new TrainingState();
    adam.save(state);
    assertThat(state.longs("adam/steps")).containsExactly(0);
  }

  /** The configuration's rate differs: Adam must use the rate of each step. */
  private static Adam adam(int size, double eps, double maxNorm) {
    return new Adam(
        size,
        new OptimizerConfig(OptimizerKind.ADAM, 123, LrSchedule.CONSTANT, 0.01, eps, 0, maxNorm));
  }

  /** Steps two ranges, neither of which begins or ends at a vector's bound. */
  private static double step(Adam adam, float[] parameters, float[] gradients, double rate) {
    double norm = adam.begin(gradients, rate);
    int middle = parameters.length / 2 + 1;
    adam.step(parameters, gradients, middle, parameters.length);
    adam.step(parameters, gradients, 0, middle);
    return norm;
  }
}
