package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.run.RunFolder;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class EnvArgumentsTest {

  /** A command with nothing but the option. */
  @CommandLine.Command(name = "test")
  private static final class Holder {
    @Mixin EnvArguments arguments;
  }

  private static Map<String, Object> values(String... pairs) {
    Holder holder = new Holder();
    CommandLine command = new CommandLine(holder);
    command.parseArgs(Stream.of(pairs).map(pair -> "--env-kwargs=" + pair).toArray(String[]::new));
    return holder.arguments.values(command);
  }

  static Stream<Arguments> readable() {
    return Stream.of(
        Arguments.of("3", 3),
        Arguments.of(" 3 ", 3),
        Arguments.of("9.81", 9.81),
        Arguments.of("-1e3", -1000.0),
        Arguments.of("12345678901234567890", new BigInteger("12345678901234567890")),
        Arguments.of("True", true),
        Arguments.of("false", false),
        Arguments.of("[1, [2]]", List.of(1, List.of(2))),
        Arguments.of("{\"a\": {\"b\": 1}}", Map.of("a", Map.of("b", 1))),
        Arguments.of("\"3\"", "3"),
        Arguments.of("\"None\"", "None"),
        Arguments.of("\"1e400\"", "1e400"),
        Arguments.of("null", null),
        Arguments.of("None", null));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void aValueIsJsonOrOneOfPythonsConstants(String text, @Nullable Object expected) {
    assertThat(values("a=" + text)).containsOnlyKeys("a");
    assertThat(values("a=" + text).get("a")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8x8",
        "5 apples",
        "2024 01 01",
        "true story",
        "null and void",
        "[1, 2] 3",
        "{} {}",
        "1,2",
        "\"a\" b",
        "(0.8, inf)",
        "[1, 2",
        "NaN",
        "Infinity",
        "none",
        "TRUE",
        "01",
        "a=b",
        "",
        "  "
      })
  void everythingElseIsTextAsAWhole(String text) {
    assertThat(values("a=" + text)).isEqualTo(Map.of("a", text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a=1e400; the value of a has a number beyond 1.8e308",
        "a=[1, -1e999]; the value of a has a number beyond 1.8e308",
        "a={\"x\": 1, \"x\": 2}; the value of a has a name twice",
        "a; takes NAME=VALUE, but got 'a'",
        "=1; takes NAME=VALUE, but got '=1'"
      })
  void whatNoEnvironmentCanReceiveIsRefused(String pair, String message) {
    assertThatThrownBy(() -> values(pair))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--env-kwargs")
        .hasMessageContaining(message);
  }

  @Test
  void jsonBeyondItsLimitsIsRefused() {
    assertThatThrownBy(() -> values("a=" + "1".repeat(1001)))
        .hasMessageContaining("the value of a is JSON that is too long or too deep");
    assertThatThrownBy(() -> values("a=" + "[".repeat(2000) + "]".repeat(2000)))
        .hasMessageContaining("the value of a is JSON that is too long or too deep");
  }

  @Test
  void aNameGivenTwiceIsRefused() {
    assertThatThrownBy(() -> values("a=1", "b=2", "a=1"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--env-kwargs gives the argument a twice; leave one of them out");
  }

  @Test
  void aNativeEnvironmentRefusesTextAfterANumber(@TempDir Path parent) {
    CommandRun run =
        CommandRun.shortTraining(
            parent.resolve("run"), "--env-kwargs=max_episode_steps=5 max_episode_steps=6");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "ppo4j: CartPole-v1: the argument max_episode_steps must be an integer from -2147483648"
                + " to 2147483647, but is 5 max_episode_steps=6");
  }

  @Test
  void aNativeEnvironmentRefusesNullInOneSentence(@TempDir Path parent) {
    CommandRun run =
        CommandRun.shortTraining(parent.resolve("run"), "--env-kwargs=max_episode_steps=null");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("must be an integer").contains("but is null");
  }

  @Test
  @Tag("python")
  void nullReachesPythonAndIsRecorded(@TempDir Path parent) {
    Path folder = parent.resolve("run");

    CommandRun run =
        CommandRun.shortTraining(
            folder,
            "CartPole-v1",
            "--backend=python",
            "--num-workers=1",
            "--env-kwargs=render_mode=None");
    CommandRun evaluate = CommandRun.of("evaluate", folder.toString(), "--episodes=1");

    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    assertThat(evaluate.exitCode()).isZero();
    assertThat(RunFolder.open(folder).config().envKwargs())
        .containsKey("render_mode")
        .containsValue(null);
  }
}
