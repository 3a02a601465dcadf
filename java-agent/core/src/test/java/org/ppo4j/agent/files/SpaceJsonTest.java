package org.ppo4j.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** Spaces in the JSON of checkpoints, of exported policies and of Python workers. */
class SpaceJsonTest {
  static final Space[] SPACES = {
    new Space.Box(
        new double[] {Double.NEGATIVE_INFINITY, 0.5},
        new double[] {1, Double.POSITIVE_INFINITY},
        new int[] {1, 2},
        DType.FLOAT32),
    new Space.Box(new double[] {0}, new double[] {255}, new int[0], DType.UINT8),
    new Space.Box(new double[0], new double[0], new int[] {0}, DType.FLOAT64),
    new Space.Discrete(3, -1),
    new Space.MultiDiscrete(new int[] {3, 2}, new int[] {0, 5}),
    new Space.MultiBinary(3)
  };

  private static Space read(String json) throws JsonProcessingException {
    return Json.MAPPER.readValue(json.replace('\'', '"'), Space.class);
  }

  @ParameterizedTest
  @FieldSource("SPACES")
  void aSpaceIsReadAsItWasWritten(Space space) throws JsonProcessingException {
    assertThat(read(Json.MAPPER.writeValueAsString(space))).isEqualTo(space);
  }

  @Test
  void infinitiesAreWords() throws JsonProcessingException {
    assertThat(
            Json.MAPPER.readTree(
                Json.MAPPER.writeValueAsString(
                    Space.Box.of(-1, Double.POSITIVE_INFINITY, 1, DType.FLOAT32))))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"type\":\"box\",\"low\":[-1.0],\"high\":[\"Infinity\"],\"shape\":[1],\"dtype\":\"float32\"}"));
  }

  @Test
  void oneBoundStandsForAll() throws JsonProcessingException {
    assertThat(read("{'type':'box','low':[0],'high':[255],'shape':[2,3],'dtype':'uint8'}"))
        .isEqualTo(
            new Space.Box(
                new double[6],
                new double[] {255, 255, 255, 255, 255, 255},
                new int[] {2, 3},
                DType.UINT8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'type':'discrete','n':3000000000,'start':0} | out of range of int
          {'type':'discrete','n':0,'start':0} | a space needs at least one value
          {'type':'discrete','n':3} | Missing creator property 'start'
          {'type':'graph'} | type id 'graph'
          {'type':'box','low':['NaN'],'high':[1],'shape':[1],'dtype':'float32'} | a Box needs low <= high
          {'type':'box','low':[0,0],'high':[1],'shape':[3],'dtype':'float32'} | needs 3 lower and upper bounds
          {'type':'box','low':[0],'high':[1],'shape':[99999,99999],'dtype':'float32'} | integer overflow
          {'type':'box','low':[0],'high':[1],'shape':[1],'dtype':'uint64'} | uint64
          {'type':'box','low':[0],'high':[1],'shape':[1]} | Missing creator property 'dtype'
          """)
  void anInvalidSpaceIsRefused(String json, String reason) {
    assertThatExceptionOfType(JsonMappingException.class)
        .isThrownBy(() -> read(json))
        .withMessageContaining(reason);
  }
}
