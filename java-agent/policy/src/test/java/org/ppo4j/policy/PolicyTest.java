package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.ppo4j.policy.PolicyFiles.box;
import static org.ppo4j.policy.PolicyFiles.discrete;
import static org.ppo4j.policy.PolicyFiles.multiBinary;
import static org.ppo4j.policy.PolicyFiles.multiDiscrete;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Acting, with networks small enough to work out by hand. */
class PolicyTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @TempDir private Path folder;

  /** 2 * 1 - 1 * 3 + 0.5 = -0.5 and 0 * 1 + 1 * 3 - 1 = 2. */
  @Test
  void anActorWithoutHiddenLayersIsOneProduct() throws IOException {
    PolicyFiles file =
        PolicyFiles.of(box(2, -INFINITY, INFINITY), 2, box(2, -10, 10), 2)
            .logStdSize(2)
            .actor(2, 0, -1, 1, 0.5f, -1);
    try (Policy policy = file.load(folder)) {
      assertThat(policy.act(new double[] {1, 3})).containsExactly(-0.5, 2);
    }
  }

  /** The hidden units are max(0, 1 * x) and max(0, -1 * x); the head gives 3 h0 + 5 h1 - 1. */
  @Test
  void reluPassesWhatIsPositive() throws IOException {
    PolicyFiles file =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -99, 99), 1)
            .hidden(2)
            .relu()
            .actor(1, -1, 0, 0, 3, 5, -1);
    try (Policy policy = file.load(folder)) {
      assertThat(policy.act(new double[] {2})).containsExactly(5);
      assertThat(policy.act(new double[] {-2})).containsExactly(9);
    }
  }

  /** tanh(ln 2) = (4 - 1) / (4 + 1) = 0.6. */
  @Test
  void tanhSquashesHiddenUnits() throws IOException {
    PolicyFiles file =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -99, 99), 1).hidden(1).actor(1, 0, 1, 0);
    try (Policy policy = file.load(folder)) {
      assertThat(policy.act(new double[] {Math.log(2)})[0]).isCloseTo(0.6, within(4e-7));
      assertThat(policy.act(new double[] {1000})[0]).isCloseTo(1, within(4e-7));
    }
  }

  /** With a shared trunk the actor stands at the front too, and only the critic's part is less. */
  @Test
  void aSharedTrunkGivesTheSameActions() throws IOException {
    float[] actor = {1, -1, 0, 0, 3, 5, -1};
    double[] observation = {0.7};
    double[] separate;
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -99, 99), 1)
            .hidden(2)
            .logStdSize(1)
            .actor(actor)
            .load(folder)) {
      separate = policy.act(observation);
    }
    PolicyFiles shared =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -99, 99), 1).hidden(2).logStdSize(1).shared();
    assertThat(shared.parameterCount()).isEqualTo(4 + 3 + 1 + 3);
    try (Policy policy = shared.actor(actor).load(folder)) {
      assertThat(policy.act(observation)).containsExactly(separate);
    }
  }

  @Test
  void clipsNumbersToTheirBounds() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 1).actor(1, 0).load(folder)) {
      assertThat(policy.act(new double[] {-5})).containsExactly(-2);
      assertThat(policy.act(new double[] {5})).containsExactly(3);
      assertThat(policy.act(new double[] {0.5})).containsExactly(0.5);
    }
  }

  @Test
  void leavesNumbersAloneWhereBoundsAreNone() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 1)
            .bounds("none")
            .actor(1, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {-5})).containsExactly(-5);
      assertThat(policy.actionLow()).containsExactly(-INFINITY);
      assertThat(policy.actionHigh()).containsExactly(INFINITY);
    }
  }

  /** Outputs are x. */
  @ParameterizedTest
  @CsvSource({
    "clip, -2.6 -1.5 -0.5 0.4 1.5 2.5 9, -2 -2 0 0 2 2 3",
    "none, -200 2.5 126.6 300, -128 2 127 127"
  })
  void roundsToIntegersAndReachesBothEnds(String bounds, String given, String expected)
      throws IOException {
    String integers = box(1, -2, 3).replace("float32", "int8");
    try (Policy policy =
        PolicyFiles.of(box(1, -999, 999), 1, integers, 1).bounds(bounds).actor(1, 0).load(folder)) {
      double[] actions = new double[given.split(" ", -1).length];
      policy.act(numbers(given), actions.length, actions);
      assertThat(actions).containsExactly(numbers(expected));
    }
  }

  private static double[] numbers(String texts) {
    return Arrays.stream(texts.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** Outputs are the mean 2 x and the log standard deviation x, which acting does not need. */
  @Test
  void actsByTheMeanOfAStateDependentGaussian() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 2)
            .replacing(
                "\"action_bounds\"",
                "\"action_head\": \"state_dependent_gaussian\", \"action_bounds\"")
            .actor(2, 1, 0, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {1})).containsExactly(2);
      assertThat(policy.act(new double[] {-5})).containsExactly(-2);
    }
  }

  /**
   * Outputs are 2 x and -2 x. At 0 alpha and beta are equal, the mode is 1/2; at ln(2) / 2 alpha -
   * 1 = log(1 + 2) and beta - 1 = log(1 + 1/2); far out all of the density is at a bound.
   */
  @Test
  void actsByTheModeOfABeta() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 2)
            .replacing("\"action_bounds\"", "\"action_head\": \"beta\", \"action_bounds\"")
            .actor(2, -2, 0, 0)
            .load(folder)) {
      double mode = Math.log(3) / (Math.log(3) + Math.log(1.5));
      assertThat(policy.act(new double[] {0})).containsExactly(0.5);
      assertThat(policy.act(new double[] {Math.log(2) / 2})[0])
          .isCloseTo(-2 + 5 * mode, within(1e-6));
      assertThat(policy.act(new double[] {400})).containsExactly(3);
      assertThat(policy.act(new double[] {-400})).containsExactly(-2);
    }
  }

  /** Alpha and beta of 1, the density of which is the same everywhere. */
  @Test
  void actsInTheMiddleIfTheBetaHasNoMode() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 2)
            .replacing("\"action_bounds\"", "\"action_head\": \"beta\", \"action_bounds\"")
            .actor(0, 0, -1000, -1000)
            .load(folder)) {
      assertThat(policy.act(new double[] {1})).containsExactly(0.5);
    }
  }

  /** tanh(0) = 0 is the middle of [-2, 3], tanh(ln 2) = 0.6 is at 0.8 of the way. */
  @Test
  void squashesNumbersIntoTheirBounds() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, box(1, -2, 3), 1)
            .bounds("squash")
            .actor(1, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {0})).containsExactly(0.5);
      assertThat(policy.act(new double[] {Math.log(2)})[0]).isCloseTo(2, within(1e-6));
      assertThat(policy.act(new double[] {40})).containsExactly(3);
      assertThat(policy.act(new double[] {-40})).containsExactly(-2);
    }
  }

  /** Logits are x, -x and 0; at 0 all are equal and the first is chosen. */
  @Test
  void choosesTheLargestLogitFromTheStartOn() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, discrete(3, -1), 3)
            .actor(1, -1, 0, 0, 0, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {2})).containsExactly(-1);
      assertThat(policy.act(new double[] {-2})).containsExactly(0);
      assertThat(policy.act(new double[] {0})).containsExactly(-1);
      assertThat(policy.isDiscrete()).isTrue();
      assertThat(policy.actionShape()).isEmpty();
      assertThat(policy.actionLow()).containsExactly(-1);
      assertThat(policy.actionHigh()).containsExactly(1);
    }
  }

  /** Logits are x and 0 for the first number, 0, -x and x for the second. */
  @Test
  void choosesEachNumberOfAMultiDiscreteAction() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, multiDiscrete(new int[] {2, 3}, new int[] {4, 7}), 5)
            .actor(1, 0, 0, -1, 1, 0, 0, 0, 0, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {1})).containsExactly(4, 9);
      assertThat(policy.act(new double[] {-1})).containsExactly(5, 8);
      assertThat(policy.act(new double[] {0})).containsExactly(4, 7);
    }
  }

  /** Logits are x and 1 - x; a logit of 0 is a zero. */
  @Test
  void setsBitsWithPositiveLogits() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(1, -9, 9), 1, multiBinary(2), 2).actor(1, -1, 0, 1).load(folder)) {
      assertThat(policy.act(new double[] {0.5})).containsExactly(1, 1);
      assertThat(policy.act(new double[] {0})).containsExactly(0, 1);
      assertThat(policy.act(new double[] {1})).containsExactly(1, 0);
    }
  }

  /** The observation's feature picks its row of the weights: 10, 20 or 30. */
  @Test
  void aDiscreteObservationIsOneHotFromItsStart() throws IOException {
    try (Policy policy =
        PolicyFiles.of(discrete(3, 5), 3, box(1, -99, 99), 1).actor(10, 20, 30, 1).load(folder)) {
      assertThat(policy.act(new double[] {5})).containsExactly(11);
      assertThat(policy.act(new double[] {7})).containsExactly(31);
      for (double wrong : new double[] {4, 8, 5.5, Double.NaN, INFINITY, 1e300}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> policy.act(new double[] {wrong}))
            .withMessageContaining("but it must be an integer from 5 to 7");
      }
    }
  }

  @Test
  void multiDiscreteAndMultiBinaryObservations() throws IOException {
    try (Policy policy =
        PolicyFiles.of(multiDiscrete(new int[] {2, 2}, new int[] {0, 1}), 4, box(1, -999, 999), 1)
            .actor(1, 2, 10, 20, 0)
            .load(folder)) {
      assertThat(policy.act(new double[] {0, 1})).containsExactly(11);
      assertThat(policy.act(new double[] {1, 2})).containsExactly(22);
    }
    try (Policy policy =
        PolicyFiles.of(multiBinary(2), 2, box(1, -999, 999), 1).actor(1, 10, 0).load(folder)) {
      assertThat(policy.act(new double[] {1, 1})).containsExactly(11);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[] {1, 0.5}))
          .withMessage("number 1 of the observation is 0.5, but it must be an integer from 0 to 1");
    }
  }

  /** (7 - 1) / sqrt(4 + 1e-8) is 3 within 4e-9, and (1001 - 1) / 2 = 500 is clipped to 10. */
  @Test
  void normalisesAndClipsObservations() throws IOException {
    PolicyFiles file =
        PolicyFiles.of(box(1, -INFINITY, INFINITY), 1, box(1, -99, 99), 1)
            .normalizing(new double[] {1}, new double[] {4})
            .actor(1, 0);
    try (Policy policy = file.load(folder)) {
      assertThat(policy.act(new double[] {7})[0]).isCloseTo(3, within(1e-6));
      assertThat(policy.act(new double[] {1001})).containsExactly(10);
      assertThat(policy.act(new double[] {INFINITY})).containsExactly(10);
      assertThat(policy.act(new double[] {-INFINITY})).containsExactly(-10);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[] {Double.NaN}))
          .withMessage("number 0 of the observation is NaN, but it must be a number");
    }
    try (Policy policy = file.clip("\"Infinity\"").load(folder)) {
      assertThat(policy.act(new double[] {101})[0]).isCloseTo(50, within(1e-6));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[] {INFINITY}))
          .withMessageContaining("a finite number that fits a float");
    }
  }

  @Test
  void refusesObservationsThatCannotBeUsed() throws IOException {
    try (Policy policy =
        PolicyFiles.of(box(2, -9, 9), 2, box(1, -99, 99), 1).actor(3e38f, 1, 0).load(folder)) {
      for (double wrong : new double[] {Double.NaN, INFINITY, -INFINITY, 1e39}) {
        double[] action = {123};
        assertThatIllegalArgumentException()
            .isThrownBy(() -> policy.act(new double[] {0, wrong}, action))
            .withMessageStartingWith("number 1 of the observation is ")
            .withMessageEndingWith("but it must be a finite number that fits a float");
        assertThat(action).containsExactly(123);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[] {10, 0}))
          .withMessageStartingWith(
              "the observation has numbers so large that output 0 of the network is not finite");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[] {0, 0, 0, Double.NaN}, 2, new double[2]))
          .withMessageStartingWith("number 1 of observation 1 is NaN");
      assertThat(policy.act(new double[] {0, 4})).containsExactly(4);
    }
  }

  @Test
  void refusesWrongLengths() throws IOException {
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[3]))
          .withMessage("the observation has 3 numbers, but 4 were expected");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[5]))
          .withMessage("the observation has 5 numbers, but 4 were expected");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[4], new double[1]))
          .withMessage("the action has 1 numbers, but 2 were expected");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[11], 3, new double[6]))
          .withMessage("3 observations need 4 numbers each, but the array has 11");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[12], 3, new double[5]))
          .withMessage("3 actions need 2 numbers each, but the array has 5");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[12], -1, new double[5]))
          .withMessage("the number of rows is -1, but it must be at least 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[12], Integer.MAX_VALUE, new double[5]))
          .withMessageStartingWith("2147483647 observations need 4 numbers each");
    }
  }

  @Test
  void actsOnBatchesAsOnRows() throws IOException {
    Random random = new Random(1);
    double[] observations = random.doubles(100 * 4, -3, 3).toArray();
    double[] actions = new double[100 * 2 + 1];
    actions[200] = 123;
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      policy.act(observations, 100, actions);
      double[] observation = new double[4];
      for (int row = 0; row < 100; row++) {
        System.arraycopy(observations, row * 4, observation, 0, 4);
        assertThat(policy.act(observation)).containsExactly(actions[row * 2], actions[row * 2 + 1]);
      }
      assertThat(actions[200]).isEqualTo(123);
      policy.act(new double[0], 0, new double[0]);
    }
  }

  @Test
  void describesItsSpaces() throws IOException {
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      assertThat(policy.observationSize()).isEqualTo(4);
      assertThat(policy.observationShape()).containsExactly(4);
      assertThat(policy.actionSize()).isEqualTo(2);
      assertThat(policy.actionShape()).containsExactly(2);
      assertThat(policy.actionLow()).containsExactly(-1, -1);
      assertThat(policy.actionHigh()).containsExactly(2, 2);
      assertThat(policy.isDiscrete()).isFalse();
      policy.actionLow()[0] = 5;
      assertThat(policy.actionLow()).containsExactly(-1, -1);
    }
  }

  @Test
  void loadsFromAStream() throws IOException {
    double[] observation = {1, 2, 3, 4};
    try (Policy policy = PolicyFiles.random(1).load(folder);
        Policy streamed = Policy.load(new ByteArrayInputStream(PolicyFiles.random(1).bytes()))) {
      assertThat(streamed.act(observation)).containsExactly(policy.act(observation));
    }
  }

  @Test
  void refusesUseAfterClose() throws IOException {
    Policy policy = PolicyFiles.random(1).load(folder);
    policy.close();
    policy.close();
    String message = "the policy is closed; load it again to act";
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.act(new double[4]))
        .withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.act(new double[4], new double[2]))
        .withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.act(new double[4], 1, new double[2]))
        .withMessage(message);
    assertThatIllegalStateException().isThrownBy(policy::actionSize).withMessage(message);
  }
}
