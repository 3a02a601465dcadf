package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.GoldenFile;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * {@link CartPole} against trajectories recorded from Gymnasium by {@code record_cartpole.py},
 * which describes the lines.
 */
class CartPoleTest {

  /** One environment and what was done with it. */
  record Recording(String[] make, List<String[]> calls) {
    boolean suttonBartoReward() {
      return Boolean.parseBoolean(make[2]);
    }

    boolean isPlaced() {
      return calls.getFirst()[0].equals("from");
    }

    int longestEpisode() {
      int longest = 0;
      int steps = 0;
      for (String[] call : calls) {
        steps = call[0].equals("step") ? steps + 1 : 0;
        longest = Math.max(longest, steps);
      }
      return longest;
    }

    VectorEnv env() {
      return Envs.make(
          make[1], 1, Map.of("sutton_barto_reward", make[2], "max_episode_steps", make[3]));
    }

    @Override
    public String toString() {
      return String.join(" ", make) + " / " + String.join(" ", calls.getFirst());
    }
  }

  static Stream<Recording> recordings() {
    List<Recording> recordings = new ArrayList<>();
    for (String[] line : GoldenFile.lines("classic/cartpole.txt")) {
      if (line[0].equals("make")) {
        recordings.add(new Recording(line, new ArrayList<>()));
      } else {
        recordings.getLast().calls().add(line);
      }
    }
    assertThat(recordings).hasSize(22);
    return recordings.stream();
  }

  /**
   * Those whose episodes can be followed with their recorded actions. A falling pole multiplies the
   * last bit of a sine by e every 13 steps, so the balanced episodes of hundreds of steps could end
   * elsewhere where {@link Math#sin} rounds otherwise; of them, every single step is compared.
   */
  static Stream<Recording> trajectories() {
    return recordings()
        .filter(recording -> !recording.isPlaced() && recording.longestEpisode() <= 100);
  }

  /** Resets are exact and flags and rewards too; an observation may round to the next float32. */
  @ParameterizedTest
  @MethodSource("trajectories")
  void trajectoriesAreGymnasiums(Recording recording) {
    try (VectorEnv env = recording.env()) {
      StepBatch batch = StepBatch.of(env);
      for (String[] call : recording.calls()) {
        double[] expected = rounded(state(call));
        if (call[0].equals("reset")) {
          if (!call[1].equals("-")) {
            env.reset(Long.parseLong(call[1]), batch);
          }
          assertThat(batch.observations).isEqualTo(expected);
          continue;
        }
        env.step(new double[] {Double.parseDouble(call[1])}, batch);
        assertThat(batch.rewards[0]).isEqualTo(Double.parseDouble(call[2]));
        assertThat(batch.terminated[0]).isEqualTo(call[3].equals("1"));
        assertThat(batch.truncated[0]).isEqualTo(call[4].equals("1"));
        double[] actual = batch.isDone(0) ? batch.finalObservations : batch.observations;
        for (int i = 0; i < 4; i++) {
          assertThat(actual[i]).isCloseTo(expected[i], within(ulp32(expected[i])));
        }
      }
    }
  }

  /**
   * Every single step from the recorded state, so that no error of an earlier step is amplified. It
   * is exact where Java's sine and cosine are numpy's, which shows that each sum and product is
   * taken in Gymnasium's order; elsewhere an ulp of theirs may show.
   */
  @ParameterizedTest
  @MethodSource("recordings")
  void singleStepsAreGymnasiums(Recording recording) {
    CartPole cartPole = new CartPole(recording.suttonBartoReward());
    String[] before = recording.calls().getFirst();
    for (String[] call : recording.calls()) {
      if (call[0].equals("step")) {
        cartPole.restore(state(before));
        double reward = cartPole.step(new double[] {Double.parseDouble(call[1])}, 0);
        assertThat(reward).isEqualTo(Double.parseDouble(call[2]));
        assertThat(cartPole.terminated()).isEqualTo(call[3].equals("1"));
        double[] expected = state(call);
        double[] actual = cartPole.state();
        for (int i = 0; i < 4; i++) {
          double ulps =
              isTrigonometryExact(before) ? 0 : 4 * Math.ulp(Math.max(1, Math.abs(expected[i])));
          assertThat(actual[i]).isCloseTo(expected[i], within(ulps));
        }
      }
      before = call;
    }
  }

  @Test
  void balancedEpisodeIsTruncatedAtTheLimitOnly() {
    for (Map.Entry<String, Integer> limit :
        Map.of("CartPole-v0", 200, "CartPole-v1", 500).entrySet()) {
      try (VectorEnv env = Envs.make(limit.getKey(), 1)) {
        StepBatch batch = StepBatch.of(env);
        env.reset(11, batch);
        for (int step = 1; step < limit.getValue(); step++) {
          env.step(new double[] {balance(batch.observations)}, batch);
          assertThat(batch.isDone(0)).isFalse();
        }
        env.step(new double[] {balance(batch.observations)}, batch);
        assertThat(batch.truncated[0]).isTrue();
        assertThat(batch.terminated[0]).isFalse();
        assertThat(batch.episodeReturns[0]).isEqualTo((double) limit.getValue());
        assertThat(batch.episodeLengths[0]).isEqualTo(limit.getValue());
      }
    }
  }

  @Test
  void spacesAreGymnasiums() {
    CartPole cartPole = new CartPole(false);
    assertThat(cartPole.actionSpace()).isEqualTo(new Space.Discrete(2));
    double inf = Double.POSITIVE_INFINITY;
    // numpy: print(float(np.float32(4.8)), float(np.float32(24 * 2 * math.pi / 360)))
    double[] high = {4.800000190734863, inf, 0.41887903213500977, inf};
    double[] low = {-4.800000190734863, -inf, -0.41887903213500977, -inf};
    assertThat(cartPole.observationSpace())
        .isEqualTo(new Space.Box(low, high, new int[] {4}, DType.FLOAT32));
  }

  private static double balance(double[] o) {
    return 0.1 * o[0] + 0.3 * o[1] + 3 * o[2] + o[3] > 0 ? 1 : 0;
  }

  /** The state of a line, {@code [4]}; a cosine and a sine come after it. */
  private static double[] state(String[] call) {
    double[] state = new double[4];
    for (int i = 0; i < 4; i++) {
      state[i] = GoldenFile.number(call[call.length - 6 + i]);
    }
    return state;
  }

  private static boolean isTrigonometryExact(String[] call) {
    double theta = state(call)[2];
    return Math.cos(theta) == GoldenFile.number(call[call.length - 2])
        && Math.sin(theta) == GoldenFile.number(call[call.length - 1]);
  }

  private static double[] rounded(double[] state) {
    double[] rounded = new double[4];
    for (int i = 0; i < 4; i++) {
      rounded[i] = (float) state[i];
    }
    return rounded;
  }

  private static double ulp32(double value) {
    return Math.ulp((float) value);
  }
}
