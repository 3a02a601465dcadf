package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.env.EnvException;

/** Environments of Gymnasium in {@code Training.on}. */
@Tag("python")
class GymnasiumProviderTest {
  @Test
  void anIdThatIsNotNativeIsSteppedByPython() {
    try (Training training =
        Training.on("LunarLander-v3")
            .preset(null)
            .envKwargs(Map.of("gravity", -5.0))
            .config(c -> c.numEnvs(2).totalTimesteps(256))
            .build()) {
      training.run();

      assertThat(training.globalStep()).isEqualTo(256);
      assertThat(training.config().backend()).isEqualTo(Backend.PYTHON);
      assertThat(training.env().kwargs()).containsEntry("gravity", -5.0);
      assertThat(training.env().versions()).containsKeys("gymnasium", "Box2D");
    }
    assertThat(TestWorkers.running()).isEmpty();
  }

  @Test
  void anUnknownIdIsAnsweredByGymnasium() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> Training.on("LunarLandr-v3").build())
        .withMessageContaining("LunarLandr-v3 cannot be made")
        .withMessageContaining("Did you mean: `LunarLander`");
  }
}
