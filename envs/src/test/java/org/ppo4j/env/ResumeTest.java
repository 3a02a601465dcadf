package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Native environments continue from a saved state as if they had not been interrupted. */
class ResumeTest {

  /** At each of 60 steps, a new instance with the restored state gives the same next 60 steps. */
  @ParameterizedTest
  @EnumSource(
      value = AutoresetMode.class,
      names = {"SAME_STEP", "NEXT_STEP"})
  void restoredEnvironmentGivesTheSameBytes(AutoresetMode mode) {
    Map<String, Object> kwargs = Map.of("max_episode_steps", 20);
    try (VectorEnv env = Envs.make("CartPole-v1", 3, kwargs, mode)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(5, batch);
      double[][] actions = actions(120);
      for (int t = 0; t < 60; t++) {
        env.step(actions[t], batch);
        long[] state = ((Resumable) env).state();
        try (VectorEnv fresh = Envs.make("CartPole-v1", 3, kwargs, mode)) {
          ((Resumable) fresh).restore(state);
          assertThat(((Resumable) fresh).state()).isEqualTo(state);
          double[] expected = run(env, actions, t + 1);
          assertThat(run(fresh, actions, t + 1)).isEqualTo(expected);
        }
        ((Resumable) env).restore(state);
      }
    }
  }

  @Test
  void endedEpisodesStayEndedWithoutAutoreset() {
    Map<String, Object> kwargs = Map.of("max_episode_steps", 1);
    try (VectorEnv env = Envs.make("CartPole-v1", 1, kwargs, AutoresetMode.DISABLED);
        VectorEnv fresh = Envs.make("CartPole-v1", 1, kwargs, AutoresetMode.DISABLED)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(5, batch);
      env.step(new double[1], batch);
      ((Resumable) fresh).restore(((Resumable) env).state());
      assertThatIllegalStateException()
          .isThrownBy(() -> fresh.step(new double[1], batch))
          .withMessageContaining("is over");
    }
  }

  @Test
  void stateOfAnotherEnvironmentIsRejected() {
    try (VectorEnv env = Envs.make("CartPole-v1", 2);
        VectorEnv other = Envs.make("CartPole-v1", 1)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(5, batch);
      other.reset(5, StepBatch.of(other));
      Resumable resumable = (Resumable) env;
      long[] before = resumable.state();
      long[] malformed = before.clone();
      malformed[before.length - 4 - 3] &= ~1L; // an even increment of the last generator
      malformed[1]++;
      for (long[] wrong : new long[][] {((Resumable) other).state(), {}, malformed}) {
        assertThatIllegalArgumentException().isThrownBy(() -> resumable.restore(wrong));
        assertThat(resumable.state()).isEqualTo(before);
      }
    }
  }

  @Test
  void noStateBeforeTheFirstResetOrAfterClose() {
    VectorEnv env = Envs.make("CartPole-v1", 1);
    assertThatIllegalStateException().isThrownBy(((Resumable) env)::state);
    env.reset(1, StepBatch.of(env));
    long[] state = ((Resumable) env).state();
    env.close();
    assertThatIllegalStateException().isThrownBy(((Resumable) env)::state);
    assertThatIllegalStateException().isThrownBy(() -> ((Resumable) env).restore(state));
  }

  @Test
  void dynamicsThatCannotRestoreFailTheEnvironment() {
    EnvSpec spec =
        new EnvSpec(
            "X",
            Space.Box.of(0, Double.POSITIVE_INFINITY, 3, DType.FLOAT64),
            new Space.Discrete(2),
            0,
            Map.of(),
            Map.of());
    VectorEnv env =
        new NativeVectorEnv(
            spec, Ensemble.of(java.util.List.of(new Unrestorable())), AutoresetMode.SAME_STEP);
    env.reset(1, StepBatch.of(env));
    long[] state = ((Resumable) env).state();
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> ((Resumable) env).restore(state))
        .withMessageContaining("sub-environment 0 failed in restore");
    assertThatIllegalStateException().isThrownBy(() -> env.reset(1, StepBatch.of(env)));
  }

  private static double[] run(VectorEnv env, double[][] actions, int from) {
    StepBatch batch = StepBatch.of(env);
    double[] trace = new double[0];
    for (int t = from; t < from + 60; t++) {
      env.step(actions[t], batch);
      int at = trace.length;
      trace = Arrays.copyOf(trace, at + 12 + 12 + 3 + 3 + 6);
      System.arraycopy(batch.observations, 0, trace, at, 12);
      System.arraycopy(batch.finalObservations, 0, trace, at + 12, 12);
      System.arraycopy(batch.rewards, 0, trace, at + 24, 3);
      System.arraycopy(batch.episodeReturns, 0, trace, at + 27, 3);
      for (int i = 0; i < 3; i++) {
        trace[at + 30 + i] = (batch.terminated[i] ? 1 : 0) + (batch.truncated[i] ? 2 : 0);
        trace[at + 33 + i] = batch.episodeLengths[i];
      }
    }
    return trace;
  }

  private static double[][] actions(int steps) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] actions = new double[steps][3];
    for (double[] row : actions) {
      for (int i = 0; i < 3; i++) {
        row[i] = random.nextInt(2);
      }
    }
    return actions;
  }

  /** A counting environment whose state cannot be restored. */
  private static final class Unrestorable implements Dynamics {
    private final CountingDynamics counting = new CountingDynamics(new Kwargs("X", Map.of()));

    @Override
    public Space observationSpace() {
      return counting.observationSpace();
    }

    @Override
    public Space actionSpace() {
      return counting.actionSpace();
    }

    @Override
    public void reset(NumpyRandom random) {
      counting.reset(random);
    }

    @Override
    public double step(double[] actions, int offset) {
      return counting.step(actions, offset);
    }

    @Override
    public boolean terminated() {
      return counting.terminated();
    }

    @Override
    public void observe(double[] out, int offset) {
      counting.observe(out, offset);
    }

    @Override
    public double[] state() {
      return counting.state();
    }

    @Override
    public void restore(double[] state) {
      throw new UnsupportedOperationException("the spring is stuck");
    }
  }
}
