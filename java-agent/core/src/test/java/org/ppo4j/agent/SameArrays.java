package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;

/** Compares the arrays of two trainings bit for bit. */
final class SameArrays {
  private SameArrays() {}

  static void assertSame(Map<String, Object> actual, Map<String, Object> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, array) ->
            assertThat(Objects.deepEquals(array, expected.get(name))).as(name).isTrue());
  }
}
