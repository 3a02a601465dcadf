package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Resumable;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The tests of every task: it agrees with recordings of Gymnasium's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RecordedTask {
  private final List<Recording> recordings;

  /** Creates the tests against the recordings of {@code file}. */
  RecordedTask(String file) {
    recordings = Recording.all("classic/" + file);
  }

  /** Creates a task with arguments, given as text. */
  abstract Dynamics dynamics(Map<String, Object> kwargs);

  /** Returns the maximum length of episodes that do not amplify an ulp to an ulp of float32. */
  abstract int predictableSteps();

  /** Returns the tolerance of rewards. */
  double rewardTolerance() {
    return 0;
  }

  /** Returns the minimum share of single steps that give exactly the recorded state. */
  double exactShare() {
    return 0.95;
  }

  /** Returns the tolerance of the state after a step, in ulps, but at least ulps of 1. */
  int stateUlps() {
    return 4;
  }

  final Stream<Recording> trajectories() {
    return recordings.stream()
        .filter(recording -> !recording.isPlaced())
        .filter(recording -> recording.longestEpisode() <= predictableSteps());
  }

  /**
   * States after resets and flags are exact. An observation may round to the next float32, also
   * after a reset if it is a sine or cosine.
   */
  @ParameterizedTest
  @MethodSource("trajectories")
  final void trajectoriesAreGymnasiums(Recording recording) {
    try (VectorEnv env = Envs.make(recording.id(), 1, recording.allKwargs())) {
      StepBatch batch = StepBatch.of(env);
      for (Recording.Call call : recording.calls()) {
        if (call.isStep()) {
          env.step(call.action(), batch);
          assertThat(batch.rewards[0]).isCloseTo(call.reward(), within(rewardTolerance()));
          assertThat(batch.terminated[0]).as("%s", call).isEqualTo(call.terminated());
          assertThat(batch.truncated[0]).as("%s", call).isEqualTo(call.truncated());
          double[] actual = batch.isDone(0) ? batch.finalObservations : batch.observations;
          assertObservation(actual, call);
        } else {
          if (call.hasSeed()) {
            env.reset(call.seed(), batch);
          }
          assertThat(stateOf(env, call.state().length)).as("%s", call).isEqualTo(call.state());
          assertObservation(batch.observations, call);
        }
      }
    }
  }

  /**
   * Each step starts from the recorded state, so errors of earlier steps are not amplified. Java's
   * sine and cosine equal numpy's except for an ulp in a few of a thousand, so nearly all steps are
   * exact. This shows that each sum and product has Gymnasium's order and width.
   */
  @Test
  final void singleStepsAreGymnasiums() {
    int steps = 0;
    int exact = 0;
    for (Recording recording : recordings) {
      Dynamics dynamics = dynamics(recording.kwargs());
      Recording.Call before = recording.calls().getFirst();
      for (Recording.Call call : recording.calls()) {
        if (call.isStep()) {
          dynamics.restore(before.state());
          double reward = dynamics.step(call.action(), 0);
          assertThat(reward).as("%s", call).isCloseTo(call.reward(), within(rewardTolerance()));
          assertThat(dynamics.terminated()).as("%s", call).isEqualTo(call.terminated());
          double[] actual = dynamics.state();
          assertState(actual, call);
          steps++;
          exact += Arrays.equals(actual, call.state()) ? 1 : 0;
        }
        before = call;
      }
    }
    assertThat(steps).isGreaterThan(1000);
    assertThat(exact / (double) steps).as("share of exact steps").isGreaterThan(exactShare());
  }

  private void assertState(double[] actual, Recording.Call call) {
    double[] expected = call.state();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double ulps = stateUlps() * Math.ulp(Math.max(1, Math.abs(expected[i])));
      assertThat(actual[i]).as("number %d of %s", i, call).isCloseTo(expected[i], within(ulps));
    }
  }

  private static void assertObservation(double[] actual, Recording.Call call) {
    double[] expected = call.observation();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double ulp = Math.ulp((float) expected[i]);
      assertThat(actual[i]).as("number %d of %s", i, call).isCloseTo(expected[i], within(ulp));
    }
  }

  /**
   * Returns the state of the single sub-environment's dynamics, the last numbers of the state of
   * {@code env}.
   */
  private static double[] stateOf(VectorEnv env, int size) {
    long[] state = ((Resumable) env).state();
    return Arrays.stream(state, state.length - size, state.length)
        .mapToDouble(Double::longBitsToDouble)
        .toArray();
  }
}
