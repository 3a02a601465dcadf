package org.ppo4j.tokens.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenLogProbabilitiesTest {
  @Test
  void logProbabilitiesAndGradientsByHand() {
    ModelConfig config = ModelConfig.gpt2(3, 4, 1, 1, 4, 0);
    try (Transformer model = new Transformer(config, 1)) {
      TokenLogProbabilities arithmetic = new TokenLogProbabilities(model);
      // logits / 2 are log 1, log 2, log 5: probabilities 1/8, 2/8, 5/8
      float[] x = {0, (float) (2 * Math.log(2)), (float) (2 * Math.log(5))};
      double[] logps = new double[1];
      double[] entropies = new double[1];
      arithmetic.forward(1, x, new int[] {1}, 2, logps, entropies);
      assertThat(logps[0]).isCloseTo(Math.log(0.25), within(1e-6));
      double entropy = -(Math.log(0.125) / 8 + Math.log(0.25) / 4 + 5 * Math.log(0.625) / 8);
      assertThat(entropies[0]).isCloseTo(entropy, within(1e-6));
      arithmetic.backward(1, x, new int[] {1}, 2, new double[] {4});
      // 4 / 2 * (one-hot - probabilities)
      assertThat((double) x[0]).isCloseTo(-0.25, within(1e-6));
      assertThat((double) x[1]).isCloseTo(1.5, within(1e-6));
      assertThat((double) x[2]).isCloseTo(-1.25, within(1e-6));
    }
  }
}
