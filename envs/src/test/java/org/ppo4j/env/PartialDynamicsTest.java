package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks with hidden numbers are the whole tasks in everything else. */
class PartialDynamicsTest {

  @ParameterizedTest
  @CsvSource({
    "ppo4j/CartPoleNoVelocity-v1, CartPole-v1, 0 2",
    "ppo4j/PendulumNoVelocity-v1, Pendulum-v1, 0 1",
    "ppo4j/InvertedDoublePendulumNoVelocity-v5, InvertedDoublePendulum-v5, 0 1 2 3 4"
  })
  void observationsAreSomeOfTheWholeOnes(String id, String whole, String indices) {
    int[] observed = Arrays.stream(indices.split(" ")).mapToInt(Integer::parseInt).toArray();
    try (VectorEnv partial = Envs.make(id, 3);
        VectorEnv all = Envs.make(whole, 3)) {
      assertThat(partial.spec().maxEpisodeSteps()).isEqualTo(all.spec().maxEpisodeSteps());
      assertThat(partial.spec().actionSpace()).isEqualTo(all.spec().actionSpace());
      Space.Box box = (Space.Box) partial.spec().observationSpace();
      Space.Box wholeBox = (Space.Box) all.spec().observationSpace();
      assertThat(box.low()).containsExactly(picked(wholeBox.low(), 0, observed));
      assertThat(box.high()).containsExactly(picked(wholeBox.high(), 0, observed));
      StepBatch some = StepBatch.of(partial);
      StepBatch seen = StepBatch.of(all);
      partial.reset(7, some);
      all.reset(7, seen);
      int size = seen.observationSize();
      for (int t = 0; t < 300; t++) {
        for (int i = 0; i < 3; i++) {
          int from = observed.length * i;
          assertThat(Arrays.copyOfRange(some.observations, from, from + observed.length))
              .containsExactly(picked(seen.observations, size * i, observed));
        }
        double[] actions = {t % 2, (t + 1) % 2, t % 3 == 0 ? 1 : 0};
        partial.step(actions, some);
        all.step(actions, seen);
        assertThat(some.rewards).isEqualTo(seen.rewards);
        assertThat(some.terminated).isEqualTo(seen.terminated);
        assertThat(some.truncated).isEqualTo(seen.truncated);
      }
    }
  }

  private static double[] picked(double[] numbers, int at, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> numbers[at + i]).toArray();
  }

  @Test
  void masksAndWhatIsForCriticsOnlyAreThoseOfTheWhole() {
    Dynamics whole = new MaskedForCritic();

    Dynamics partial = new PartialDynamics(whole, 0, 2);

    assertThat(partial.criticOnly()).isEqualTo(1);
    assertThat(partial.masksActions()).isTrue();
    byte[] mask = new byte[4];
    partial.actionMask(mask, 1);
    assertThat(mask).containsExactly(0, 1, 0, 1);
    assertThat(new PartialDynamics(whole, 0, 1).criticOnly()).isZero();
    assertThatThrownBy(() -> new PartialDynamics(whole, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "numbers that are for critics only, those from index 2 on, must come last, but 0"
                + " follows 2");
  }

  /** Three numbers, the last for critics only, and an action that is never valid. */
  private static final class MaskedForCritic extends ArrayDynamics {
    MaskedForCritic() {
      super(Space.Box.of(-1, 1, 3, DType.FLOAT32), new Space.Discrete(3));
    }

    @Override
    public void reset(NumpyRandom random) {}

    @Override
    public double step(double[] actions, int offset) {
      return 0;
    }

    @Override
    public int criticOnly() {
      return 1;
    }

    @Override
    public boolean masksActions() {
      return true;
    }

    @Override
    public void actionMask(byte[] out, int offset) {
      out[offset] = 1;
      out[offset + 1] = 0;
      out[offset + 2] = 1;
    }
  }

  @Test
  void refusesWhatIsNotObserved() {
    Dynamics number = new Still(Space.Box.of(-1, 1, 1, DType.FLOAT32));
    assertThatThrownBy(() -> new PartialDynamics(number, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("observations have the indices 0 to 0, but got 1");
    Dynamics choice = new Still(new Space.Discrete(3));
    assertThatThrownBy(() -> new PartialDynamics(choice, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("numbers can be hidden of observations that are a Box, but");
  }

  private static final class Still extends ArrayDynamics {
    Still(Space observations) {
      super(observations, new Space.Discrete(2));
    }

    @Override
    public void reset(NumpyRandom random) {}

    @Override
    public double step(double[] actions, int offset) {
      return 0;
    }
  }
}
