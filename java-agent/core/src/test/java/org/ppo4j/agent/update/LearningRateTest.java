package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.state.TrainingState;

class LearningRateTest {
  private static LearningRate rate(LrSchedule schedule, double learningRate) {
    return new LearningRate(
        new OptimizerConfig(OptimizerKind.ADAM, learningRate, schedule, 0.01, 1e-5, 0, 0.5), 4);
  }

  @Test
  void aConstantRateStays() {
    LearningRate rate = rate(LrSchedule.CONSTANT, 0.5);
    rate.update(1);

    assertThat(rate.at(0)).isEqualTo(0.5);
    assertThat(rate.at(3)).isEqualTo(0.5);
  }

  @Test
  void aLinearRateFallsByTheIteration() {
    LearningRate rate = rate(LrSchedule.LINEAR, 0.5);

    assertThat(rate.at(0)).isEqualTo(0.5);
    assertThat(rate.at(1)).isEqualTo(0.375);
    assertThat(rate.at(3)).isEqualTo(0.125);
  }

  /** As {@code torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)}. */
  @Test
  void aCosineRateFallsSlowlyAtBothEnds() {
    LearningRate rate = rate(LrSchedule.COSINE, 1);

    assertThat(rate.at(0)).isEqualTo(1);
    assertThat(rate.at(1)).isCloseTo(0.8535533905932737, within(1e-15));
    assertThat(rate.at(2)).isCloseTo(0.5, within(1e-15));
    assertThat(rate.at(3)).isCloseTo(0.14644660940672627, within(1e-15));
  }

  /** Target 0.01: down above 0.02, up below 0.005, kept between, at the bounds and at 0. */
  @Test
  void anAdaptiveRateFollowsTheDivergence() {
    LearningRate rate = rate(LrSchedule.ADAPTIVE, 3e-3);
    rate.update(0.0201);
    assertThat(rate.at(1)).isEqualTo(3e-3 / 1.5);
    rate.update(0.02);
    rate.update(0.005);
    rate.update(0);
    assertThat(rate.at(1)).isEqualTo(3e-3 / 1.5);
    rate.update(0.0049);
    assertThat(rate.at(1)).isEqualTo(3e-3 / 1.5 * 1.5);
    for (int i = 0; i < 20; i++) {
      rate.update(0.001);
    }
    assertThat(rate.at(1)).isEqualTo(1e-2);
    for (int i = 0; i < 40; i++) {
      rate.update(1);
    }
    assertThat(rate.at(1)).isEqualTo(1e-5);

    TrainingState state = new TrainingState();
    rate.save(state);
    LearningRate restored = rate(LrSchedule.ADAPTIVE, 3e-3);
    restored.restore(state);
    assertThat(restored.at(0)).isEqualTo(1e-5);
  }
}
