package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.ClipCase;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class MinibatchLearnerTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("gae");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void explainedVarianceAgreesWithCleanRl(Golden golden) {
    double actual =
        MinibatchLearner.explainedVariance(golden.floats("values"), golden.floats("returns"));
    double expected = golden.settings().get("explained_variance").asDouble();
    assertThat(actual).isCloseTo(expected, within(1e-5));
  }

  @Test
  void explainedVarianceOfConstantReturnsIsNan() {
    assertThat(MinibatchLearner.explainedVariance(new float[] {1, 2}, new float[] {3, 3})).isNaN();
  }

  /** CleanRL looks at the last minibatch of an epoch, whose k3 here is about 0.0254. */
  @ParameterizedTest
  @CsvSource({"0.025, 1", "0.026, 3", "0, 3"})
  void anEpochBeyondTheTargetIsTheLast(double target, int epochs) {
    LinearUpdate update = new LinearUpdate(config(target, TargetKlCheck.EPOCH));
    update.run(1e-9);
    assertThat(update.shuffles()).isEqualTo(epochs);
    assertThat(update.steps()).isEqualTo(2L * epochs);
  }

  /** The two minibatches' k3 are about 0.0473 and 0.0254. */
  @ParameterizedTest
  @CsvSource({"0.036, 1", "0.037, 3", "0, 3"})
  void anEpochWhoseMeanIsBeyondTheTargetIsTheLast(double target, int epochs) {
    LinearUpdate update = new LinearUpdate(config(target, TargetKlCheck.EPOCH_MEAN));
    update.run(1e-9);
    assertThat(update.shuffles()).isEqualTo(epochs);
    assertThat(update.steps()).isEqualTo(2L * epochs);
  }

  /** A last minibatch of one row weighs as much as that row. */
  @Test
  void meansAreOverRows() {
    Metrics whole = losses(1, TargetKlCheck.EPOCH_MEAN);
    Metrics mean = losses(3, TargetKlCheck.EPOCH_MEAN);
    Metrics last = losses(3, TargetKlCheck.EPOCH);
    for (String tag :
        List.of("value_loss", "policy_loss", "entropy", "old_approx_kl", "approx_kl")) {
      double expected = whole.get("losses/" + tag);
      assertThat(mean.get("losses/" + tag)).as(tag).isCloseTo(expected, within(1e-6));
      assertThat(losses(1, TargetKlCheck.EPOCH).get("losses/" + tag)).isEqualTo(expected);
    }
    assertThat(last.get("losses/value_loss"))
        .isNotCloseTo(whole.get("losses/value_loss"), within(0.01));
  }

  /** Returns the metrics of an epoch of minibatches of so many rows, of four. */
  private static Metrics losses(int minibatches, TargetKlCheck check) {
    return new LinearUpdate(
            LinearUpdate.config()
                .with(c -> c.numMinibatches(minibatches).targetKlCheck(check).normAdv(false)))
        .run(1e-9);
  }

  /** SB3 looks before each step, the first k3 being about 0.0473, with 1.5 times the target. */
  @ParameterizedTest
  @CsvSource({"0.031, 1, 0", "0.032, 3, 6", "0, 3, 6"})
  void aMinibatchBeyondTheTargetIsNotLearntFrom(double target, int epochs, int steps) {
    LinearUpdate update = new LinearUpdate(config(target, TargetKlCheck.MINIBATCH));
    update.run(1e-9);
    assertThat(update.shuffles()).isEqualTo(epochs);
    assertThat(update.steps()).isEqualTo(steps);
  }

  /** What stops is what the user chose, and not the other check. */
  @Test
  void theOtherCheckDoesNotStop() {
    LinearUpdate update = new LinearUpdate(config(0.04, TargetKlCheck.MINIBATCH));
    update.run(1e-9);
    assertThat(update.steps()).as("0.0473 is within 1.5 * 0.04").isEqualTo(6);
  }

  @Test
  void sharesAreThoseOfOneUpdate() {
    LinearUpdate update = new LinearUpdate(config(0.0, TargetKlCheck.EPOCH));
    for (int i = 0; i < 3; i++) {
      Metrics metrics = update.run(1e-9);
      double sum = 0;
      for (ClipCase clipCase : ClipCase.values()) {
        sum += metrics.get(clipCase.tag());
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "advantage, the policy loss is NaN",
    "return, the value loss is NaN",
    "observation, the gradient's norm is Infinity"
  })
  void whatIsNotFiniteIsRefused(String what, String message) {
    LinearUpdate update = new LinearUpdate(config(0.0, TargetKlCheck.EPOCH));
    switch (what) {
      case "advantage" -> update.rollout.advantages[2] = Float.NaN;
      case "return" -> update.rollout.returns[2] = Float.NaN;
      default -> {
        update.rollout.observations[2] = 1e30f;
        update.rollout.returns[2] = 1e30f;
      }
    }
    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> update.run(0.1))
        .withMessageStartingWith(message);
    assertThat(update.parameters()).containsOnly(0);
  }

  @Test
  void anInfiniteEntropyIsRefused() {
    LinearUpdate update =
        new LinearUpdate(config(0.0, TargetKlCheck.EPOCH), Space.Box.of(-1, 1, 1, DType.FLOAT32));
    update.parameters()[2] = Float.POSITIVE_INFINITY; // the log deviation
    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> update.run(0.1))
        .withMessageStartingWith("the entropy is Infinity");
  }

  /** One minibatch, after whose step no loss is computed. */
  @Test
  void parametersThatDivergeAreRefused() {
    LinearUpdate update = new LinearUpdate(LinearUpdate.config().with(c -> c.numMinibatches(1)));
    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> update.run(1e300))
        .withMessageContaining("of the actor's head is ");
  }

  @Test
  void continuesFromItsState() {
    LinearUpdate through = new LinearUpdate(config(0.0, TargetKlCheck.EPOCH));
    LinearUpdate resumed = new LinearUpdate(config(0.0, TargetKlCheck.EPOCH));
    through.run(0.1);
    TrainingState state = new TrainingState();
    through.update.save(state);
    System.arraycopy(through.parameters(), 0, resumed.parameters(), 0, 6);
    resumed.network.parametersChanged();
    resumed.update.restore(state);

    through.run(0.1);
    resumed.run(0.1);

    assertThat(resumed.parameters()).isEqualTo(through.parameters());
  }

  /** The order of the rows, and so the parameters, follow the generator. */
  @Test
  void batchesAreShuffledByTheGenerator() {
    Set<List<Float>> found = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      LinearUpdate update = new LinearUpdate(config(0.0, TargetKlCheck.EPOCH));
      UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create((long) seed);
      new MinibatchLearner(
              update.network,
              update.loss(),
              update.config.update(),
              Optimizer.of(update.config.optimizer(), update.network.parameters().length),
              update.config.batchSize(),
              indices -> PermutationSampler.shuffle(random, indices))
          .learn(update.rollout, 0.1, 0.2);
      List<Float> parameters = new ArrayList<>();
      for (float parameter : update.parameters()) {
        parameters.add(parameter);
      }
      found.add(parameters);
    }
    assertThat(found).hasSizeGreaterThan(1);
  }

  /** A divergence equal to the target does not exceed it. */
  @Test
  void theTargetItselfIsAllowed() {
    LinearUpdate once =
        new LinearUpdate(config(0, TargetKlCheck.EPOCH).with(c -> c.updateEpochs(1)));
    double divergence = once.run(1e-9).get("losses/approx_kl");
    LinearUpdate update = new LinearUpdate(config(divergence, TargetKlCheck.EPOCH));
    update.run(1e-9);
    assertThat(update.shuffles()).isGreaterThan(1);
  }

  private static PpoConfig config(double targetKl, TargetKlCheck check) {
    return LinearUpdate.config()
        .with(c -> c.targetKl(targetKl).targetKlCheck(check).updateEpochs(3));
  }
}
