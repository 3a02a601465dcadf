package org.ppo4j.env.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Suggestions for mistyped names. */
class NearMatchesTest {

  @ParameterizedTest
  @CsvSource({
    "train, train, 0",
    "trian, train, 1",
    "gama, gamma, 1",
    "abc, '', 3",
    "AB, ba, 1",
    "CARTPOLE, cartpole, 0",
    "kitten, sitting, 3"
  })
  void countsEdits(String a, String b, int edits) {
    assertThat(NearMatches.distance(a, b)).isEqualTo(edits);
    assertThat(NearMatches.distance(b, a)).isEqualTo(edits);
  }

  @Test
  void returnsNearNamesOnlyBestFirst() {
    List<String> ids = List.of("Acrobot-v1", "CartPole-v1", "MountainCar-v0");

    assertThat(NearMatches.of("Cartpole-v9", ids)).containsExactly("CartPole-v1");
    assertThat(NearMatches.of("cartpole", ids)).containsExactly("CartPole-v1");
    assertThat(NearMatches.of("Hopper-v5", ids)).isEmpty();
    assertThat(NearMatches.of("--learn-rate", List.of("--clip-reward", "--learning-rate")))
        .containsExactly("--learning-rate");
    assertThat(NearMatches.of("car", ids)).containsExactly("CartPole-v1", "MountainCar-v0");
    assertThat(NearMatches.of("my:CartPole-v1", ids)).isEmpty();
    assertThat(NearMatches.question("trian", List.of("train", "envs")))
        .isEqualTo("; did you mean train?");
    assertThat(NearMatches.question("foo", List.of("train", "envs"))).isEmpty();
  }
}
