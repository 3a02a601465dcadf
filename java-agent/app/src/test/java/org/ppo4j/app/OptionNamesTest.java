package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;

class OptionNamesTest {

  @Test
  void anOptionIsTheNameInWords() {
    assertThat(OptionNames.option("numEnvs")).isEqualTo("--num-envs");
    assertThat(OptionNames.option("gamma")).isEqualTo("--gamma");
  }

  @Test
  void messagesNameOptionsAndTheirConstants() {
    var e =
        new InvalidHyperparameterException(
            "actionBounds SQUASH needs more than numEnvs 4 and numEnvsOf; not numSteps",
            "actionBounds",
            "numEnvs");

    assertThat(OptionNames.message(e))
        .isEqualTo(
            "--action-bounds squash needs more than --num-envs 4 and numEnvsOf; not numSteps");
  }

  @Test
  void constantsOfSeveralWordsHaveHyphens() {
    var e =
        new InvalidHyperparameterException(
            "actionHead STATE_DEPENDENT_GAUSSIAN is for others", "actionHead");

    assertThat(OptionNames.message(e))
        .isEqualTo("--action-head state-dependent-gaussian is for others");
  }

  @Test
  void otherMessagesStayAsTheyAre() {
    assertThat(OptionNames.message(new IllegalArgumentException("gamma is odd")))
        .isEqualTo("gamma is odd");
  }
}
