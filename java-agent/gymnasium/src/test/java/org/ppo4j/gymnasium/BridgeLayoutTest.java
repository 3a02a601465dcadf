package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** The layout compared with the golden file that test_layout.py reads too. */
class BridgeLayoutTest {
  private static final Path GOLDEN = Path.of("../../python-bridge/tests/data/layout.golden.json");

  private static JsonNode golden() throws IOException {
    return new JsonMapper().readTree(GOLDEN.toFile());
  }

  static Stream<JsonNode> layouts() throws IOException {
    return StreamSupport.stream(golden().path("layouts").spliterator(), false);
  }

  @Test
  void constants() throws IOException {
    JsonNode constants = golden().path("constants");
    assertThat(constants.path("LINE").asLong()).isEqualTo(BridgeLayout.LINE);
    assertThat(constants.path("REQUEST").asLong(-1)).isEqualTo(BridgeLayout.REQUEST);
    assertThat(constants.path("OPERATION").asLong()).isEqualTo(BridgeLayout.OPERATION);
    assertThat(constants.path("SEED").asLong()).isEqualTo(BridgeLayout.SEED);
    assertThat(constants.path("ACKNOWLEDGED").asLong()).isEqualTo(BridgeLayout.ACKNOWLEDGED);
    assertThat(constants.path("HEADER").asLong()).isEqualTo(BridgeLayout.HEADER);
    assertThat(constants.path("STEP").asLong(-1)).isEqualTo(BridgeLayout.STEP);
    assertThat(constants.path("RESET").asLong()).isEqualTo(BridgeLayout.RESET);
    assertThat(constants.path("RESET_SOME").asLong()).isEqualTo(BridgeLayout.RESET_SOME);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void sections(JsonNode golden) {
    Space actions = space(golden, "action");
    Space observations =
        Space.Box.of(
            0, 1, golden.path("observation_size").asInt(), dtype(golden, "observation_dtype"));
    assertThat(BridgeLayout.dtype(actions)).isEqualTo(dtype(golden, "action_dtype"));
    BridgeLayout layout =
        BridgeLayout.of(
            golden.path("num_envs").asInt(),
            actions,
            observations,
            golden.path("mask_size").asInt(-1));
    JsonNode offsets = golden.path("offsets");
    assertThat(layout)
        .isEqualTo(
            new BridgeLayout(
                offsets.path("actions").asLong(),
                offsets.path("observations").asLong(),
                offsets.path("final_observations").asLong(),
                offsets.path("rewards").asLong(),
                offsets.path("episode_returns").asLong(),
                offsets.path("episode_lengths").asLong(),
                offsets.path("terminated").asLong(),
                offsets.path("truncated").asLong(),
                offsets.path("masks").asLong(),
                offsets.path("seeds").asLong(),
                offsets.path("size").asLong()));
  }

  private static Space space(JsonNode golden, String what) {
    int size = golden.path(what + "_size").asInt();
    return switch (golden.path(what + "_space").asText()) {
      case "discrete" -> new Space.Discrete(2);
      case "multi_binary" -> new Space.MultiBinary(size);
      default -> Space.Box.of(-1, 1, size, dtype(golden, what + "_dtype"));
    };
  }

  private static DType dtype(JsonNode golden, String name) {
    return DType.valueOf(golden.path(name).asText().toUpperCase(Locale.ROOT));
  }
}
