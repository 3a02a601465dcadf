package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;

class UpdateTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("gae");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void explainedVarianceAgreesWithCleanRl(Golden golden) {
    double actual = Update.explainedVariance(golden.floats("values"), golden.floats("returns"));
    double expected = golden.settings().get("explained_variance").asDouble();
    assertThat(actual).isCloseTo(expected, within(1e-5));
  }

  @Test
  void explainedVarianceOfConstantReturnsIsNan() {
    assertThat(Update.explainedVariance(new float[] {1, 2}, new float[] {3, 3})).isNaN();
  }
}
