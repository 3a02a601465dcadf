package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;

class UpdateSamplerTest {
  private static PpoConfig config(int epochs) {
    return PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
        .with(c -> c.numEnvs(4).numSteps(128).numMinibatches(4).updateEpochs(epochs));
  }

  private static Update sampled(int epochs) {
    UpdateSampler sampler = new UpdateSampler(config(epochs), 3);
    sampler.begin();
    for (int i = 0; i < 4 * epochs; i++) {
      float[] old = {-1, -1, -1, -1};
      float[] now = {-1, -1 + i, 0, 0};
      sampler.minibatch(4, now, old, new float[] {i, 0.5f, -1, 9});
    }
    return Objects.requireNonNull(sampler.end(7, 3584, 0.2));
  }

  @Test
  void aSmallUpdateIsSampledWhole() {
    Update update = sampled(4);
    assertThat(update.minibatches()).isEqualTo(4);
    assertThat(update.frames()).hasSize(16);
    Update.Frame frame = update.frames().get(2);
    assertThat(frame.index()).isEqualTo(2);
    assertThat(frame.ratios())
        .as("e to the difference of the log probabilities, of the first rows")
        .containsExactly(1, (float) Math.exp(2), (float) Math.exp(1));
    assertThat(frame.advantages()).containsExactly(2, 0.5f, -1);
  }

  @Test
  void aLargeUpdateIsSampledAtEqualDistances() {
    Update update = sampled(10);
    assertThat(update.frames()).hasSize(17);
    assertThat(update.frames().getFirst().index()).isZero();
    assertThat(update.frames().getLast().index()).isEqualTo(39);
  }

  @Test
  void anUpdateThatIsNotWantedIsNotSampled() {
    UpdateSampler sampler = new UpdateSampler(config(1), 3);
    sampler.minibatch(1, new float[1], new float[1], new float[1]);
    assertThat(sampler.end(1, 512, 0.2)).isNull();
  }
}
