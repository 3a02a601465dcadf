package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Envs} finds environments by id and makes them with arguments. */
class EnvsTest {

  @Test
  void cartPolesAreGymnasiums() {
    assertThat(Envs.ids()).contains("CartPole-v0", "CartPole-v1");
    assertThat(Envs.isNative("CartPole-v1")).isTrue();
    assertThat(Envs.isNative("LunarLander-v3")).isFalse();
    assertThat(limit("CartPole-v0", Map.of())).isEqualTo(200);
    assertThat(limit("CartPole-v1", Map.of())).isEqualTo(500);
    try (VectorEnv env = Envs.make("CartPole-v1", 3, Map.of("sutton_barto_reward", true))) {
      assertThat(env.numEnvs()).isEqualTo(3);
      assertThat(env.autoresetMode()).isEqualTo(AutoresetMode.SAME_STEP);
      assertThat(env.spec().id()).isEqualTo("CartPole-v1");
      assertThat(env.spec().kwargs()).isEqualTo(Map.of("sutton_barto_reward", true));
    }
  }

  @Test
  void classicTasksHaveGymnasiumsLimits() {
    Map<String, Integer> limits =
        Map.of(
            "Acrobot-v1", 500,
            "MountainCar-v0", 200,
            "MountainCarContinuous-v0", 999,
            "Pendulum-v1", 200);
    assertThat(Envs.ids()).containsAll(limits.keySet());
    limits.forEach((id, steps) -> assertThat(limit(id, Map.of())).as(id).isEqualTo(steps));
  }

  @Test
  void versionIsTheBuilds() {
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      assertThat(env.spec().versions()).containsOnlyKeys("ppo4j-envs");
      assertThat(env.spec().versions().get("ppo4j-envs")).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
  }

  @Test
  void timeLimitIsAnArgument() {
    assertThat(limit("CartPole-v1", Map.of("max_episode_steps", 7))).isEqualTo(7);
    assertThat(limit("CartPole-v1", Map.of("max_episode_steps", "7"))).isEqualTo(7);
    assertThat(limit("CartPole-v1", Map.of("max_episode_steps", -1))).isZero();
    for (Object wrong : List.of(0, -2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Envs.make("CartPole-v1", 1, Map.of("max_episode_steps", wrong)))
          .withMessageContaining("must be positive, or -1 for no limit, but is " + wrong);
    }
  }

  private static int limit(String id, Map<String, Object> kwargs) {
    try (VectorEnv env = Envs.make(id, 1, kwargs)) {
      return env.spec().maxEpisodeSteps();
    }
  }

  @Test
  void unknownIdsAreRejectedWithSuggestions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("cartpole-v1", 1))
        .withMessageStartingWith(
            "there is no native environment cartpole-v1; did you mean CartPole-v1")
        .withMessageContaining("(the native environments are ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("LunarLander-v3", 1))
        .withMessageStartingWith(
            "there is no native environment LunarLander-v3 (the native environments are ")
        .withMessageEndingWith(
            "; the artifact ppo4j-gymnasium steps those of Gymnasium in Python)");
  }

  @ParameterizedTest
  @CsvSource({
    "Acrobot, Acrobot-v1",
    "acrobat-v1, Acrobot-v1",
    "MountainCar-v1, MountainCar-v0",
    "mountain-car-v0, MountainCar-v0",
    "MountainCarContinous-v0, MountainCarContinuous-v0",
    "Pendulum-v0, Pendulum-v1"
  })
  void nearestIdIsNamedFirst(String id, String meant) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make(id, 1))
        .withMessageStartingWith("there is no native environment %s; did you mean %s", id, meant);
  }

  @ParameterizedTest
  @CsvSource({
    "Acrobot-v1, book_or_nips, max_episode_steps",
    "MountainCar-v0, goal_velocty, 'goal_velocity, max_episode_steps'",
    "MountainCarContinuous-v0, goal, 'goal_velocity, max_episode_steps'",
    "Pendulum-v1, gravity, 'g, max_episode_steps'"
  })
  void argumentsOfClassicTasksAreGymnasiums(String id, String wrong, String known) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make(id, 1, Map.of(wrong, 1)))
        .withMessageStartingWith("%s has no argument %s", id, wrong)
        .withMessageEndingWith("(it has %s)", known);
  }

  @Test
  void unknownArgumentsAreRejectedWithSuggestions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("CartPole-v1", 2, Map.of("sutton_barto", true)))
        .withMessage(
            "CartPole-v1 has no argument sutton_barto; did you mean sutton_barto_reward?"
                + " (it has max_episode_steps, sutton_barto_reward)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("CartPole-v1", 2, Map.of("gravity", 9)))
        .withMessageStartingWith("CartPole-v1 has no argument gravity (it has ");
  }

  @Test
  void invalidRegistrationsAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.register("CartPole-v1", 0, EchoDynamics::new))
        .withMessage("the environment id CartPole-v1 is already taken; choose another id");
    assertThatIllegalArgumentException().isThrownBy(() -> Envs.register(" ", 0, EchoDynamics::new));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.register("Negative-v0", -1, EchoDynamics::new));
    assertThat(Envs.isNative("Negative-v0")).isFalse();
  }
}
