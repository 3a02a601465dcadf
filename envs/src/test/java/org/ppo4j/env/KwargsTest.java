package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arguments are values or text from a command line. */
class KwargsTest {

  @Test
  void valuesAndTheirTextAreRead() {
    for (Object value : List.of(true, "true", "True")) {
      assertThat(given(value).flag("a", false)).isTrue();
    }
    for (Object value : List.of(3, 3L, 3.0, 3f, "3", "3.0")) {
      assertThat(given(value).integer("a", 0)).isEqualTo(3);
      assertThat(given(value).positive("a", 1)).isEqualTo(3);
    }
    for (Object value : List.of(-2.5, -2.5f, "-2.5", "-25e-1")) {
      assertThat(given(value).number("a", 0)).isEqualTo(-2.5);
    }
    assertThat(given("euler").text("a", "x")).isEqualTo("euler");
    assertThat(given("torso").word("a", "1")).isEqualTo("torso");
    assertThat(given(3).word("a", "1")).isEqualTo("3");
    assertThat(given("euler").choice("a", "x", List.of("x", "euler"))).isEqualTo("euler");
  }

  @Test
  void rangesAreReadAsPythonAndJsonWriteThem() {
    for (Object value :
        List.of(
            List.of(0.5, 2),
            List.of("0.5", "2"),
            new Kwargs.Range(0.5, 2),
            "(0.5, 2.0)",
            " [0.5,2] ")) {
      assertThat(given(value).range("a", 0, 1)).isEqualTo(new Kwargs.Range(0.5, 2));
    }
    double inf = Double.POSITIVE_INFINITY;
    for (Object value : List.of(List.of(-inf, inf), "(-inf, inf)", "[-Infinity, Infinity]")) {
      assertThat(given(value).range("a", 0, 1)).isEqualTo(new Kwargs.Range(-inf, inf));
    }
    for (Object value :
        List.of(1, "1, 2", "(1)", "(1, 2, 3)", "(2, 1)", "(1, nan)", "(1, 2]", List.of(1, "x"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> given(value).range("a", 0, 1))
          .withMessage(
              "Env-v0: the argument a must be two numbers such as (0.8, 2.0), the first not"
                  + " greater than the second, but is "
                  + value);
    }
  }

  @Test
  void absentArgumentsHaveTheirDefaults() {
    Kwargs none = new Kwargs("Env-v0", Map.of());
    assertThat(none.flag("a", true)).isTrue();
    assertThat(none.integer("a", 4)).isEqualTo(4);
    assertThat(none.number("a", 0.5)).isEqualTo(0.5);
    assertThat(none.range("a", 1, 2)).isEqualTo(new Kwargs.Range(1, 2));
    assertThat(none.text("a", "x")).isEqualTo("x");
    assertThat(none.choice("a", "x", List.of("x"))).isEqualTo("x");
  }

  @Test
  void wrongTypesAreRejected() {
    for (Object value : List.of(1, "yes", "", List.of())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> given(value).flag("a", false))
          .withMessage("Env-v0: the argument a must be true or false, but is " + value);
    }
    for (Object value : List.of(true, "x", "", "NaN", Double.NaN, List.of())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> given(value).number("a", 0))
          .withMessage("Env-v0: the argument a must be a number, but is " + value);
    }
    for (Object value : List.of(true, 1.5, "1.5", 1e10, Double.NaN, "x", 1L << 31)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> given(value).integer("a", 0))
          .withMessageStartingWith("Env-v0: the argument a must be an integer from ")
          .withMessageEndingWith("but is " + value);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given(0).positive("a", 1))
        .withMessage("Env-v0: the argument a must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given(1).text("a", "x"))
        .withMessage("Env-v0: the argument a must be text, but is 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given("euler").choice("a", "Euler", List.of("Euler", "RK4")))
        .withMessage(
            "Env-v0: the argument a must be one of Euler, RK4, but is euler; did you mean Euler?");
  }

  @Test
  void unreadArgumentsAreRejected() {
    Kwargs kwargs = new Kwargs("Env-v0", Map.of("lenght", 3));
    assertThat(kwargs.integer("length", 8)).isEqualTo(8);
    assertThatIllegalArgumentException()
        .isThrownBy(kwargs::refuseUnread)
        .withMessage("Env-v0 has no argument lenght; did you mean length? (it has length)");
  }

  private static Kwargs given(Object value) {
    return new Kwargs("Env-v0", Map.of("a", value));
  }
}
