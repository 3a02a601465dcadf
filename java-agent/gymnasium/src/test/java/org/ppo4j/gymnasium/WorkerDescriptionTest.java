package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.files.Json;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;

/** Descriptions of spaces compared with the golden file that test_spaces.py reads too. */
class WorkerDescriptionTest {
  private static final Path GOLDEN = Path.of("../../python-bridge/tests/data/spaces.golden.json");

  private static final Map<String, Space> SPACES =
      Map.of(
          "box",
          new Space.Box(
              new double[] {-1, Double.NEGATIVE_INFINITY},
              new double[] {1, Double.POSITIVE_INFINITY},
              new int[] {2},
              DType.FLOAT64),
          "discrete",
          new Space.Discrete(3, -1),
          "multi_discrete",
          new Space.MultiDiscrete(new int[] {2, 3, 4, 5}, new int[] {0, 0, 0, 7}),
          "multi_binary",
          new Space.MultiBinary(6));

  private static JsonNode golden(String name) throws IOException {
    return Json.MAPPER.readTree(GOLDEN.toFile()).required("spaces").required(name);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"box", "discrete", "multi_discrete", "multi_binary"})
  void pythonWritesSpacesAsCheckpointsDo(String name) throws IOException {
    Space space = SPACES.get(name);
    assertThat(WorkerDescription.space(golden(name))).isEqualTo(space);
    assertThat(Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(space))).isEqualTo(golden(name));
  }

  @Test
  void theBoundsOfAnImageAreOneNumber() throws IOException {
    Space.Box flat = Space.Box.of(0, 255, 96 * 96 * 3, DType.UINT8);
    assertThat(WorkerDescription.space(golden("image")))
        .isEqualTo(new Space.Box(flat.low(), flat.high(), new int[] {96, 96, 3}, DType.UINT8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'type':'discrete','n':3000000000,'start':0} | out of range of int
          {'type':'graph'} | 'graph'
          {'type':'box','low':['NaN'],'high':[1],'shape':[1],'dtype':'float32'} | : a Box needs low <= high
          """)
  void whatJavaCannotRepresentIsRefused(String text, String reason) throws JsonProcessingException {
    JsonNode json = json(text);
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> WorkerDescription.space(json))
        .withMessageStartingWith("the space %s is not supported: ", json)
        .withMessageContaining(reason);
  }

  @Test
  void anotherReplyIsRefused() throws JsonProcessingException {
    JsonNode reply = json("{'map_size':640}");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> WorkerDescription.read(reply))
        .withMessageStartingWith("a worker's description cannot be read: Missing creator property");
  }
}
