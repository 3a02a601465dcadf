package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.files.Json;

class PresetsCommandTest {
  @Test
  void listsPresets() throws IOException {
    CommandRun text = CommandRun.of("presets");
    CommandRun json = CommandRun.of("presets", "--json");

    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .contains("environment ")
        .containsPattern("BipedalWalkerHardcore-v3 +zoo +no +100,000,000")
        .contains("zoo: RL Baselines3 Zoo");
    JsonNode all = Json.MAPPER.readTree(json.out());
    assertThat(Stream.of("name", "env", "source", "finding", "hyperparameters"))
        .allMatch(all.get(0)::has);
    assertThat(all.findValuesAsText("name")).contains("zoo", "cleanrl");
  }

  @Test
  void listsThoseOfAnEnvironment() {
    CommandRun run = CommandRun.of("presets", "LunarLander-v3");

    assertThat(run.out().lines())
        .filteredOn(line -> line.contains(" yes ") || line.contains(" no "))
        .map(line -> line.split(" +", 3)[0] + " " + line.split(" +", 3)[1])
        .containsExactly("LunarLander-v3 ppo4j", "LunarLander-v3 zoo", "* cleanrl");
    assertThat(CommandRun.of("presets", "HalfCheetah-v5").out()).contains("HalfCheetah-v* ");
    assertThat(CommandRun.of("presets", "CartPole").out()).contains("CartPole-v1 ");
    CommandRun none = CommandRun.of("presets", "LunarLandr-v3");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err())
        .startsWith(
            "ppo4j: LunarLandr-v3 has no presets but cleanrl, which is for every environment; did"
                + " you mean LunarLander-v3");
  }
}
