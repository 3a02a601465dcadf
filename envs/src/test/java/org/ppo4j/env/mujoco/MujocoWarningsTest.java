package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Resumable;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The log messages about simulations that diverge. */
@EnabledIf("org.ppo4j.env.mujoco.MujocoTasksTest#isThere")
class MujocoWarningsTest {
  private static final Logger LOGGER = Logger.getLogger(MujocoWarnings.class.getName());

  /**
   * The numbers before a simulation's state: elapsed steps, return, whether over; the generator.
   */
  private static final int BOOKKEEPING = 3 + 6;

  private final List<String> logged = new ArrayList<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          logged.add(record.getLevel() + " " + record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
  }

  @Test
  void warningNamesEnvironmentAndStepAndIsLoggedOnceThenCounted() {
    try (VectorEnv env = Envs.make("HalfCheetah-v5", 3, Map.of("num_threads", 2))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[18], batch);
      for (int t = 2; t <= 5; t++) {
        setPosition(env, 1, 1e300);
        env.step(new double[18], batch);
        assertThat(Arrays.stream(batch.observations)).allMatch(Double::isFinite);
      }
      setPosition(env, 2, Double.NaN);
      env.step(new double[18], batch);
      assertThat(Arrays.stream(batch.observations)).allMatch(Double::isFinite);
    }
    String text =
        "MuJoCo warns: Nan, Inf or huge value in QPOS at DOF 0. The simulation is unstable. MuJoCo"
            + " has reset the simulation, which continues. Further warnings of this kind are counted.";
    assertThat(logged)
        .containsExactly(
            "WARNING HalfCheetah-v5, sub-environment 1, step 2: " + text,
            "WARNING HalfCheetah-v5, sub-environment 2, step 6: " + text,
            "WARNING HalfCheetah-v5: MuJoCo's warnings in 6 steps: 5 BADQPOS in 2 of 3"
                + " sub-environments");
    assertThat(Path.of("MUJOCO_LOG.TXT")).doesNotExist();
  }

  @Test
  void stableSimulationsLogNothingAndAWarningIsLoggedOnce() {
    try (VectorEnv env = Envs.make("HalfCheetah-v5", 2)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[12], batch);
      assertThat(logged).isEmpty();
      setPosition(env, 0, Double.NEGATIVE_INFINITY);
      env.step(new double[12], batch);
    }
    assertThat(logged).hasSize(1);
  }

  private static void setPosition(VectorEnv env, int i, double x) {
    long[] state = ((Resumable) env).state();
    int length = (state.length - 1) / env.numEnvs();
    int time = 1; // comes before the coordinates
    state[1 + i * length + BOOKKEEPING + time] = Double.doubleToRawLongBits(x);
    ((Resumable) env).restore(state);
  }
}
