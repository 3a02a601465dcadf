package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Resumable;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * MuJoCo tasks as vector environments. The tests are skipped if MuJoCo is not present, since tests
 * do not download it.
 */
@EnabledIf("isThere")
class MujocoTasksTest {

  static boolean isThere() {
    return MujocoHome.find().isPresent();
  }

  @Test
  void versionsNameMujoco() {
    try (VectorEnv env = Envs.make("Hopper-v5", 1)) {
      assertThat(env.spec().versions()).containsEntry("mujoco", "4.0.0").containsKey("ppo4j-envs");
      assertThat(env.spec().maxEpisodeSteps()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HalfCheetah-v4, 17, 6, 1, 1000",
    "HalfCheetah-v5, 17, 6, 1, 1000",
    "Hopper-v4, 11, 3, 1, 1000",
    "Hopper-v5, 11, 3, 1, 1000",
    "Walker2d-v4, 17, 6, 1, 1000",
    "Walker2d-v5, 17, 6, 1, 1000",
    "Swimmer-v5, 8, 2, 1, 1000",
    "Ant-v5, 105, 8, 1, 1000",
    "Humanoid-v5, 348, 17, 0.4, 1000",
    "HumanoidStandup-v5, 348, 17, 0.4, 1000",
    "Reacher-v5, 10, 2, 1, 50",
    "Pusher-v5, 23, 7, 2, 100",
    "InvertedPendulum-v5, 4, 1, 3, 1000",
    "InvertedDoublePendulum-v5, 9, 1, 1, 1000"
  })
  void spacesAndLimitsAreGymnasiums(
      String id, int observations, int actions, float bound, int limit) {
    try (VectorEnv env = Envs.make(id, 1)) {
      assertThat(env.spec().observationSpace())
          .hasToString("Box(-inf, inf, (%d,), float64)".formatted(observations));
      assertThat(env.spec().actionSpace())
          .hasToString(Space.Box.of(-bound, bound, actions, DType.FLOAT32).toString());
      assertThat(env.spec().maxEpisodeSteps()).isEqualTo(limit);
    }
  }

  /** Each simulation depends on its own state only, not on threads or other simulations. */
  @ParameterizedTest
  @ValueSource(strings = {"SAME_STEP", "NEXT_STEP"})
  void neitherThreadsNorNeighboursMatter(AutoresetMode mode) {
    for (String id :
        new String[] {"HalfCheetah-v5", "Hopper-v5", "Ant-v5", "Humanoid-v5", "Pusher-v5"}) {
      double[] one = run(id, 8, 1, 40, mode);
      assertThat(run(id, 8, 3, 40, mode)).isEqualTo(one);
      double[] alone = run(id, 1, 1, 40, mode);
      int row = alone.length / 41;
      for (int t = 0; t <= 40; t++) {
        for (int k = 0; k < row; k++) {
          assertThat(one[t * 8 * row + k]).isEqualTo(alone[t * row + k]);
        }
      }
    }
  }

  /** Returns the observations of all steps, {@code [41, N, O]}; action rows do not depend on N. */
  private static double[] run(String id, int numEnvs, int threads, int steps, AutoresetMode mode) {
    Map<String, Object> kwargs = Map.of("num_threads", threads, "max_episode_steps", 15);
    try (VectorEnv env = Envs.make(id, numEnvs, kwargs, mode)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(3, batch);
      double[] seen = new double[(steps + 1) * batch.observations.length];
      double[] actions = new double[numEnvs * env.spec().actionSpace().size()];
      for (int t = 0; ; t++) {
        System.arraycopy(
            batch.observations, 0, seen, t * batch.observations.length, batch.observations.length);
        if (t == steps) {
          return seen;
        }
        for (int i = 0; i < actions.length; i++) {
          actions[i] = Math.sin(1 + i + 7.0 * t);
        }
        env.step(actions, batch);
      }
    }
  }

  /**
   * The state holds everything that later steps depend on, including the warm start of contacts and
   * positions that MuJoCo has derived. The restored environment was in a different state before.
   */
  @ParameterizedTest
  @CsvSource({
    "HalfCheetah-v5, SAME_STEP",
    "Hopper-v4, NEXT_STEP",
    "Walker2d-v5, SAME_STEP",
    "Ant-v5, SAME_STEP",
    "Ant-v5, NEXT_STEP",
    "Humanoid-v5, SAME_STEP",
    "Humanoid-v5, NEXT_STEP",
    "HumanoidStandup-v5, SAME_STEP",
    "Pusher-v5, SAME_STEP",
    "Reacher-v5, NEXT_STEP",
    "InvertedDoublePendulum-v5, SAME_STEP"
  })
  void restoredEnvironmentGivesTheSameBytes(String id, AutoresetMode mode) {
    Map<String, Object> kwargs = Map.of("max_episode_steps", 40);
    try (VectorEnv env = Envs.make(id, 3, kwargs, mode);
        VectorEnv fresh = Envs.make(id, 3, kwargs, mode)) {
      StepBatch expected = StepBatch.of(env);
      StepBatch actual = StepBatch.of(env);
      SplittableRandom random = new SplittableRandom(4);
      double[] actions = new double[3 * env.spec().actionSpace().size()];
      env.reset(5, expected);
      for (int t = 0; t < 120; t++) {
        if (t % 17 == 0) {
          if (t > 0) {
            fresh.step(new double[actions.length], actual);
          }
          ((Resumable) fresh).restore(((Resumable) env).state());
        }
        for (int i = 0; i < actions.length; i++) {
          actions[i] = random.nextDouble(-1.2, 1.2);
        }
        env.step(actions, expected);
        fresh.step(actions, actual);
        assertThat(actual.observations).isEqualTo(expected.observations);
        assertThat(actual.rewards).isEqualTo(expected.rewards);
        assertThat(actual.terminated).isEqualTo(expected.terminated);
        assertThat(((Resumable) fresh).state()).isEqualTo(((Resumable) env).state());
      }
    }
  }

  @Test
  void wrongArgumentsAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Walker2d-v5", 2, Map.of("healthy_state_range", "(0, 1)")))
        .withMessageStartingWith("Walker2d-v5 has no argument healthy_state_range");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Hopper-v4", 2, Map.of("frame_skip", 2)))
        .withMessageStartingWith("Hopper-v4 has no argument frame_skip");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Hopper-v5", 2, Map.of("num_threads", 0)))
        .withMessage("Hopper-v5: the argument num_threads must be at least 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Hopper-v5", 2, Map.of("xml_file", "./none.xml")))
        .withMessageContaining("there is no model ./none.xml");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Humanoid-v5", 2, Map.of("include_cinert", false)))
        .withMessageStartingWith("Humanoid-v5 has no argument include_cinert");
    for (Object body : new Object[] {"tail", 14, "-1"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Envs.make("Ant-v5", 2, Map.of("main_body", body)))
          .withMessageContaining(
              "the model has no body %s; expected a body's name, or a number from 0 to 13", body);
    }
  }

  @Test
  void modelOfAnotherTaskIsRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Ant-v5", 1, Map.of("xml_file", "hopper.xml")))
        .withMessageContaining("the model has 6 coordinates and 6 velocities; expected at least 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Reacher-v5", 1, Map.of("xml_file", "swimmer.xml")))
        .withMessageContaining("the model has no body fingertip");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("InvertedDoublePendulum-v5", 1, Map.of("xml_file", "ant.xml")))
        .withMessageContaining("the model has no site");
  }

  @Test
  void unreadableModelIsReportedWithReason(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("broken.xml"), "<mujoco><worldbdy/></mujoco>");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> Envs.make("Hopper-v5", 1, Map.of("xml_file", file.toString())))
        .withMessageContaining("MuJoCo cannot read the model")
        .withMessageContaining("worldbdy");
  }

  /** An arena of 4 KB is enough in the air, but not for the contacts after the fall. */
  @Test
  void errorInASimulationNamesItAndDoesNotEndTheProcess(@TempDir Path folder) throws IOException {
    String model = Files.readString(MujocoHome.find().orElseThrow().assets().resolve("hopper.xml"));
    Path file = folder.resolve("hopper.xml");
    Files.writeString(file, model.replaceFirst("<worldbody>", "<size memory=\"4K\"/><worldbody>"));
    Map<String, Object> kwargs =
        Map.of("xml_file", file.toString(), "terminate_when_unhealthy", false);
    try (VectorEnv env = Envs.make("Hopper-v5", 2, kwargs)) {
      StepBatch batch = StepBatch.of(env);
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(
              () -> {
                env.reset(1, batch);
                for (int t = 0; t < 1000; t++) {
                  env.step(new double[6], batch);
                }
              })
          .withMessageMatching("(?s)Hopper-v5: sub-environment [01] failed in step: .*")
          .withMessageContaining("MuJoCo reports: ");
    }
  }

  /** Episodes equal those of SAME_STEP, and a step after their end is rejected. */
  @ParameterizedTest
  @ValueSource(strings = {"HalfCheetah-v5", "Hopper-v5", "Walker2d-v4"})
  void withoutAutoresetEpisodesAreTheSameAndEndOnce(String id) {
    Map<String, Object> kwargs = Map.of("max_episode_steps", 12);
    try (VectorEnv disabled = Envs.make(id, 3, kwargs, AutoresetMode.DISABLED);
        VectorEnv same = Envs.make(id, 3, kwargs, AutoresetMode.SAME_STEP)) {
      StepBatch actual = StepBatch.of(disabled);
      StepBatch expected = StepBatch.of(same);
      for (int episode = 0; episode < 2; episode++) {
        disabled.reset(9, actual);
        same.reset(9, expected);
        assertThat(actual.observations).isEqualTo(expected.observations);
        double[] actions = new double[3 * same.spec().actionSpace().size()];
        for (int t = 1; t <= 12; t++) {
          Arrays.fill(actions, Math.cos(t));
          disabled.step(actions, actual);
          same.step(actions, expected);
          assertThat(actual.rewards).isEqualTo(expected.rewards);
        }
        assertThat(actual.truncated).containsOnly(true);
        assertThat(actual.episodeReturns).isEqualTo(expected.episodeReturns);
        assertThat(actual.observations).isEqualTo(expected.finalObservations);
        assertThatIllegalStateException()
            .isThrownBy(() -> disabled.step(actions, actual))
            .withMessage(
                id
                    + ": the episode of sub-environment 0 is over and autoreset is disabled; call"
                    + " reset");
      }
    }
  }
}
