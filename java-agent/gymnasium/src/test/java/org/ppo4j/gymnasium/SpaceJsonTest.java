package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;

class SpaceJsonTest {
  private static Space read(String json) throws JsonProcessingException {
    return SpaceJson.read(
        JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()
            .readTree(json.replace('\'', '"')));
  }

  @Test
  void everyKindOfSpace() throws JsonProcessingException {
    assertThat(
            read(
                "{'type':'box','dtype':'float32','shape':[1,2],'low':[-Infinity,0.5],'high':[Infinity]}"))
        .isEqualTo(
            new Space.Box(
                new double[] {Double.NEGATIVE_INFINITY, 0.5},
                new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY},
                new int[] {1, 2},
                DType.FLOAT32));
    assertThat(read("{'type':'box','dtype':'uint8','shape':[],'low':[0],'high':[255]}"))
        .isEqualTo(new Space.Box(new double[] {0}, new double[] {255}, new int[0], DType.UINT8));
    assertThat(read("{'type':'discrete','n':3,'start':-1}")).isEqualTo(new Space.Discrete(3, -1));
    assertThat(read("{'type':'multi_discrete','nvec':[3,2],'start':[0,5]}"))
        .isEqualTo(new Space.MultiDiscrete(new int[] {3, 2}, new int[] {0, 5}));
    assertThat(read("{'type':'multi_binary','n':3}")).isEqualTo(new Space.MultiBinary(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'discrete','n':3000000000,'start':0}",
        "{'type':'graph'}",
        "{'type':'box','dtype':'float32','shape':[1],'low':[NaN],'high':[1]}"
      })
  void whatJavaCannotHoldIsRefused(String json) {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> read(json))
        .withMessageContaining("is not supported");
  }
}
