package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class WrapperOptionsTest {

  @CommandLine.Command(name = "test")
  private static final class Holder {
    @Mixin WrapperOptions wrappers;
  }

  private static Map<String, Object> kwargs(String env, boolean isPython, String... options) {
    return kwargs(Map.of(), env, isPython, options);
  }

  /** Returns the arguments that options make of recorded ones. */
  private static Map<String, Object> kwargs(
      Map<String, Object> recorded, String env, boolean isPython, String... options) {
    Holder holder = new Holder();
    CommandLine command = new CommandLine(holder);
    command.parseArgs(options);
    Map<String, Object> kwargs = new LinkedHashMap<>(recorded);
    holder.wrappers.addTo(kwargs, env, isPython, command);
    Holder again = new Holder();
    new CommandLine(again).parseArgs(holder.wrappers.arguments().toArray(String[]::new));
    Map<String, Object> same = new LinkedHashMap<>(recorded);
    again.wrappers.addTo(same, env, isPython, command);
    assertThat(same).as("as arguments of another command").isEqualTo(kwargs);
    return kwargs;
  }

  @Test
  void otherEnvironmentsHaveNoneByDefault() {
    assertThat(kwargs("Pendulum-v1", true)).isEmpty();
    assertThat(kwargs("CartPole-v1", false)).isEmpty();
    assertThat(kwargs("ALE/Pong-ram-v5", true)).isEmpty();
  }

  @Test
  void gamesHaveThoseOfCleanRlAndOneOptionSwitchesEach() {
    assertThat(kwargs("BreakoutNoFrameskip-v4", true))
        .containsExactly(Map.entry("ppo4j.wrappers", KnownWrappers.ATARI));
    assertThat(kwargs("ALE/Pong-v5", true)).containsEntry("frameskip", 1);
    assertThat(kwargs("ale_py:ALE/Pong-v5", true)).isEqualTo(kwargs("ALE/Pong-v5", true));
    assertThat(kwargs("PongNoFrameskip-v0", true))
        .isEqualTo(kwargs("BreakoutNoFrameskip-v4", true));
    assertThat(kwargs("ALE/Pong-v5", true, "--wrappers", "none"))
        .containsExactly(Map.entry("ppo4j.wrappers", Map.of()));
    Map<String, Object> off = new LinkedHashMap<>(KnownWrappers.ATARI);
    off.putAll(Map.of("noop_max", 0, "frame_skip", 1, "frame_stack", 1, "resize", List.of()));
    off.replaceAll((name, value) -> value.equals(true) ? false : value);
    assertThat(
            kwargs(
                "BreakoutNoFrameskip-v4",
                true,
                "--noop-max=0",
                "--frame-skip=1",
                "--no-frame-max",
                "--no-episodic-life",
                "--no-fire-reset",
                "--no-reward-sign",
                "--resize=none",
                "--no-grayscale",
                "--frame-stack=1"))
        .containsExactly(Map.entry("ppo4j.wrappers", off));
  }

  @Test
  void gamesWithContinuousActionsHaveThoseThatSendNone() {
    assertThat(kwargs(Map.of("continuous", true), "PongNoFrameskip-v4", true))
        .extractingByKey(
            "ppo4j.wrappers", InstanceOfAssertFactories.map(String.class, Object.class))
        .containsOnlyKeys(
            "frame_skip", "frame_max", "reward_sign", "resize", "grayscale", "frame_stack");
  }

  /** A run's {@code config.json} gives its wrappers again, and an option replaces only its own. */
  @ParameterizedTest
  @CsvSource({
    "ALE/Pong-v5, --no-episodic-life --frame-stack=2",
    "ALE/Pong-v5, --wrappers=none",
    "ALE/Pong-v5, --wrappers=none --frame-skip=2",
    "CarRacing-v3, --resize=none",
    "CarRacing-v3, --wrappers=none",
    "Pendulum-v1, --wrapper=a:b --frame-skip=3 --max-episode-steps=7",
    "Pendulum-v1, ''"
  })
  void recordedWrappersHold(String env, String options) {
    Map<String, Object> recorded =
        kwargs(env, true, options.isEmpty() ? new String[0] : options.split(" "));
    assertThat(kwargs(recorded, env, true)).isEqualTo(recorded);

    Map<String, Object> changed = kwargs(recorded, env, true, "--frame-stack=3");

    assertThat(changed.keySet()).containsAll(recorded.keySet());
    Map<Object, Object> wrappers = new LinkedHashMap<>();
    if (recorded.get("ppo4j.wrappers") instanceof Map<?, ?> before) {
      wrappers.putAll(before);
    }
    wrappers.put("frame_stack", 3);
    assertThat(changed).containsEntry("ppo4j.wrappers", wrappers);
    Map<String, Object> none = kwargs(recorded, env, true, "--wrappers=none");
    if (recorded.containsKey("ppo4j.wrappers")) {
      assertThat(none).containsEntry("ppo4j.wrappers", Map.of());
    } else {
      assertThat(none).isEqualTo(recorded);
    }
  }

  @Test
  void wrappersOfTheUserAreKeptInOrder() {
    assertThat(
            kwargs(
                "CartPole-v1",
                true,
                "--wrapper=a:b",
                "--wrapper=c:d",
                "--observation-keys=image,direction",
                "--resize=84x96",
                "--max-episode-steps=7"))
        .isEqualTo(
            Map.of(
                "max_episode_steps",
                7,
                "ppo4j.wrappers",
                Map.of(
                    "wrappers",
                    List.of("a:b", "c:d"),
                    "observation_keys",
                    List.of("image", "direction"),
                    "resize",
                    List.of(84, 96))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--resize=84 | --resize must be a height and a width such as 84x84, or none, but is 84",
        "--frame-stack=0 | --frame-stack must be at least 1, but is 0",
        "--frame-skip=0 | --frame-skip must be at least 1, but is 0",
        "--frame-max | --frame-max has no effect without --frame-skip of 2 or more; give that too",
        "--noop-max=-1 | --noop-max must be at least 0, but is -1",
        "--max-episode-steps=0 | --max-episode-steps must be at least 1, but is 0",
        "--wrappers=some | --wrappers must be auto or none, but is some"
      })
  void badValuesAreRefusedInASentence(String option, String message) {
    assertThatThrownBy(() -> kwargs("Pendulum-v1", true, option))
        .isInstanceOf(ParameterException.class)
        .hasMessage(message);
  }

  @Test
  void nativeEnvironmentsAreNotWrapped() {
    assertThatThrownBy(() -> kwargs("CartPole-v1", false, "--frame-stack=4"))
        .hasMessage(
            "--frame-stack wraps environments in Python, but CartPole-v1 is native; leave it out,"
                + " or add --backend python");
  }
}
