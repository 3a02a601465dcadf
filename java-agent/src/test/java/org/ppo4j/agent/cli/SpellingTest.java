package org.ppo4j.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

  @ParameterizedTest
  @CsvSource({"train, train, 0", "trian, train, 1", "gama, gamma, 1", "abc, '', 3", "AB, ba, 1"})
  void countsMistakes(String a, String b, int mistakes) {
    assertThat(Spelling.distance(a, b)).isEqualTo(mistakes);
    assertThat(Spelling.distance(b, a)).isEqualTo(mistakes);
  }

  @Test
  void namesWhatIsNearBestFirstAndNothingElse() {
    List<String> ids = List.of("Acrobot-v1", "CartPole-v1", "MountainCar-v0");

    assertThat(Spelling.near("Cartpole-v9", ids)).containsExactly("CartPole-v1");
    assertThat(Spelling.near("cartpole", ids)).containsExactly("CartPole-v1");
    assertThat(Spelling.near("Hopper-v5", ids)).isEmpty();
    assertThat(Spelling.near("--learn-rate", List.of("--clip-reward", "--learning-rate")))
        .containsExactly("--learning-rate");
    assertThat(Spelling.question("foo", List.of("train", "envs"))).isEmpty();
  }
}
