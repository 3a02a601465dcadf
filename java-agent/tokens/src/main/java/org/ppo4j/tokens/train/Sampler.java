package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.tokens.model.Decoder;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.Transformer;

/**
 * Draws completions. The numbers of one generator are used in the order of the completions, token
 * by token, so that the number of threads changes nothing.
 */
public final class Sampler {
  private final Transformer model;
  private final SamplingConfig config;

  /** Creates a sampler. */
  public Sampler(Transformer model, SamplingConfig config) {
    this.model = model;
    this.config = config;
  }

  /**
   * Returns a completion of each prompt; its last token ends the text, or it has the maximum
   * length, or the model's context is full.
   */
  public List<int[]> draw(List<int[]> prompts, UniformRandomProvider random) {
    ModelConfig shape = model.config();
    int n = prompts.size();
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
    int capacity = Math.min(shape.context(), longest + config.maxCompletionLength());
    Decoder decoder = new Decoder(model, n, capacity);
    float[] logits = new float[Math.multiplyExact(n, shape.vocabularySize())];
    int[][] drawn = new int[n][config.maxCompletionLength()];
    int[] lengths = new int[n];
    int[] active = IntStream.range(0, n).toArray();
    int[] tokens = new int[n];
    decoder.start(prompts, logits);
    int count = n;
    while (count > 0) {
      int kept = 0;
      for (int row = 0; row < count; row++) {
        int slot = active[row];
        int token = draw(logits, row * shape.vocabularySize(), random);
        drawn[slot][lengths[slot]++] = token;
        boolean isFull =
            lengths[slot] == config.maxCompletionLength()
                || prompts.get(slot).length + lengths[slot] >= shape.context();
        if (token != shape.eosToken() && !isFull) {
          active[kept] = slot;
          tokens[kept++] = token;
        }
      }
      count = kept;
      if (count > 0) {
        decoder.step(count, active, tokens, logits);
      }
    }
    List<int[]> completions = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      completions.add(Arrays.copyOf(drawn[i], lengths[i]));
    }
    return completions;
  }

  private int draw(float[] logits, int at, UniformRandomProvider random) {
    int vocabulary = model.config().vocabularySize();
    int best = 0;
    for (int j = 1; j < vocabulary; j++) {
      if (logits[at + j] > logits[at + best]) {
        best = j;
      }
    }
    if (config.temperature() == 0) {
      return best;
    }
    double[] weights = new double[vocabulary];
    double sum = 0;
    for (int j = 0; j < vocabulary; j++) {
      double shifted = logits[at + j] - logits[at + best];
      weights[j] = Math.exp(shifted / config.temperature());
      sum += weights[j];
    }
    if (config.topK() > 0 || config.topP() < 1) {
      sum = keepLikeliest(weights, sum);
    }
    double remaining = random.nextDouble() * sum;
    int token = best;
    for (int j = 0; j < vocabulary; j++) {
      if (weights[j] > 0) {
        token = j;
        remaining -= weights[j];
        if (remaining < 0) {
          break;
        }
      }
    }
    return token;
  }

  /** Sets the weights of unlikely tokens to 0; returns the sum of the others. */
  private double keepLikeliest(double[] weights, double sum) {
    Integer[] order = IntStream.range(0, weights.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Double.compare(weights[b], weights[a]));
    int most = config.topK() > 0 ? Math.min(config.topK(), order.length) : order.length;
    double kept = 0;
    for (int i = 0; i < order.length; i++) {
      if (i >= most || (i > 0 && kept >= config.topP() * sum)) {
        weights[order[i]] = 0;
      } else {
        kept += weights[order[i]];
      }
    }
    return kept;
  }
}
