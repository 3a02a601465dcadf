package org.ppo4j.tokens.model;

import java.util.Arrays;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;

/**
 * Initial parameters as transformers draws them: normal with deviation 0.02, of GPT-2's {@code
 * c_proj} by {@code sqrt(2 layers)} less; biases 0, norms 1.
 */
public final class Initialization {
  private static final double DEVIATION = 0.02;

  private Initialization() {}

  /** Draws all parameters of a model. */
  public static void draw(Transformer model, long seed) {
    RandomStream random = new RandomStream(seed, Seeds.Purpose.INITIALIZATION);
    var normal = ZigguratSampler.NormalizedGaussian.of(random.generator());
    for (Layout.Tensor tensor : model.layout().tensors()) {
      int from = tensor.offset();
      int to = from + tensor.size();
      if (tensor.shape().size() == 1) {
        Arrays.fill(model.parameters(), from, to, tensor.name().endsWith("bias") ? 0 : 1);
        continue;
      }
      boolean isResidual = tensor.name().endsWith("c_proj.weight");
      double deviation =
          isResidual ? DEVIATION / Math.sqrt(2.0 * model.config().layers()) : DEVIATION;
      for (int i = from; i < to; i++) {
        model.parameters()[i] = (float) (deviation * normal.sample());
      }
    }
    model.parametersChanged();
  }
}
