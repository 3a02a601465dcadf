package org.ppo4j.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.advantage.AdvantageConfig;
import org.ppo4j.agent.loss.LossConfig;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.CollectConfig;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.agent.update.OptimizerKind;
import org.ppo4j.agent.update.TargetKlCheck;
import org.ppo4j.agent.update.UpdateConfig;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class PpoConfigTest {
  private static final Space DISCRETE = new Space.Discrete(2);
  private static final Space BOX = Space.Box.of(-1, 1, 2, DType.FLOAT32);

  private final PpoConfig config = PpoConfig.of(Profile.DEFAULT, DISCRETE);

  /**
   * CleanRL 1.2.0: 500,000 // (4 * 128) and 1,000,000 // 2048 iterations; 512 / 4 and 2048 / 32.
   */
  @Test
  void derivesTheSizesOfCleanRl() {
    PpoConfig continuous = PpoConfig.of(Profile.CLEANRL, BOX);

    assertThat(config.batchSize()).isEqualTo(512);
    assertThat(config.minibatchSize()).isEqualTo(128);
    assertThat(config.numIterations() * config.batchSize()).isEqualTo(499_712);
    assertThat(continuous.minibatchSize()).isEqualTo(64);
    assertThat(continuous.numIterations() * continuous.batchSize()).isEqualTo(999_424);
  }

  @Test
  void changesWhatIsSetAndKeepsTheRest() {
    PpoConfig changed = config.with(c -> c.gamma(0.9).hiddenSizes(List.of(8)));

    assertThat(changed.advantage().gamma()).isEqualTo(0.9);
    assertThat(changed.network().hiddenSizes()).containsExactly(8);
    assertThat(changed.with(c -> c.gamma(0.99).hiddenSizes(List.of(64, 64)))).isEqualTo(config);
  }

  @Test
  void validatesSeveralChangesOnlyTogether() {
    PpoConfig small = config.with(c -> c.totalTimesteps(64).numEnvs(1).numSteps(64));

    assertThat(small.numIterations()).isEqualTo(1);
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    assertRefused(() -> config.with(c -> c.gamma(Double.NaN)), "gamma", "[0, 1]");
    assertRefused(() -> config.with(c -> c.logStdInit(Double.NaN)), "logStdInit", "[-20, 20]");
    assertThat(config.with(c -> c.maxGradNorm(Double.POSITIVE_INFINITY)).optimizer().maxGradNorm())
        .isInfinite();
  }

  /** The numbers in which CleanRL's ppo.py and ppo_continuous_action.py differ. */
  @Test
  void defaultsAreThoseOfCleanRl() {
    PpoConfig continuous = PpoConfig.of(Profile.CLEANRL, BOX);

    assertThat(config.optimizer().learningRate()).isEqualTo(2.5e-4);
    assertThat(continuous.optimizer().learningRate()).isEqualTo(3e-4);
    assertThat(config.update().updateEpochs()).isEqualTo(4);
    assertThat(continuous.update().updateEpochs()).isEqualTo(10);
    assertThat(config.loss().entCoef()).isEqualTo(0.01);
    assertThat(continuous.loss().entCoef()).isZero();
    assertThat(config.advantage().bootstrapTruncated()).isTrue();
    assertThat(continuous.advantage().bootstrapTruncated()).isFalse();
  }

  @Test
  void theLargestBatchIsAllowed() {
    assertThat(new CollectConfig(1 << 15, 1 << 15, 1).batchSize()).isEqualTo(1 << 30);
  }

  @Test
  void aStagesRecordChecksItself() {
    assertRefused(() -> new CollectConfig(0, 1, 1), "numEnvs", "[1, inf)");
    assertRefused(
        () -> new UpdateConfig(0, 1, 0, TargetKlCheck.EPOCH), "numMinibatches", "[1, inf)");
    assertRefused(
        () -> new OptimizerConfig(OptimizerKind.ADAM, 0, LrSchedule.LINEAR, 0.01, 1e-5, 0, 0.5),
        "learningRate",
        "(0, inf)");
    assertRefused(
        () -> new LossConfig(true, 0, false, true, 0.01, 0.5, 1, 1, 0), "clipCoef", "(0, inf)");
    assertRefused(
        () -> new NormalizeConfig(true, 0, true, 10, false, false), "clipObs", "(0, inf]");
    assertRefused(() -> new AdvantageConfig(0.99, 1.5, true, false), "gaeLambda", "[0, 1]");
  }

  @Test
  void messagesNameTheComponents() {
    assertRefused(
        () -> config.with(c -> c.numMinibatches(513)),
        "numMinibatches",
        "numMinibatches 513 is more than the 512 transitions of a batch (numEnvs 4 times numSteps"
            + " 128)");
    assertRefused(
        () -> config.with(c -> c.totalTimesteps(511)),
        "totalTimesteps",
        "totalTimesteps 511 is less than one batch of 512 transitions");
    assertRefused(() -> config.with(c -> c.numSteps(Integer.MAX_VALUE)), "numEnvs", "is too large");
  }

  private static void assertRefused(Runnable change, String component, String message) {
    assertThatExceptionOfType(InvalidHyperparameterException.class)
        .isThrownBy(change::run)
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.component()).isEqualTo(component))
        .satisfies(
            e -> e.hyperparameters().forEach(name -> assertThat(e).hasMessageContaining(name)));
  }
}
