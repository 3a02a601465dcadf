package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/**
 * Supervised fine-tuning: the mean negative log probability of the tokens of completions, which is
 * TRL's loss for data of prompts and completions.
 */
public final class SftTrainer extends Training {
  private final Completions data;
  private final TokenScorer policy;
  private final DataOrder order;

  /** Creates the training on examples with {@code prompt} and {@code completion}. */
  public SftTrainer(
      TrainConfig config, Transformer model, Encoding encoding, List<Example> examples) {
    super(config, model, config.steps(examples.size(), config.batchSize()), config.batchSize());
    List<int[]> prompts = new ArrayList<>();
    List<int[]> completions = new ArrayList<>();
    for (Example example : examples) {
      int[] prompt = encoding.prompt(example, 1);
      prompts.add(prompt);
      completions.add(encoding.completion(example, "completion", prompt.length));
    }
    data = new Completions(prompts, completions);
    policy = new TokenScorer(model, 1);
    order = kept(new DataOrder(examples.size(), config.seed()));
  }

  /** Returns TRL's defaults. */
  public static TrainConfig defaults() {
    return TrainConfig.of(2e-5);
  }

  @Override
  Map<String, Double> learn(double rate) {
    int[] places = order.next(config.batchSize());
    int tokens = data.at(places).ragged().total();
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int[] part : parts(places)) {
      Completions some = data.at(part);
      double[] entropies = new double[some.ragged().total()];
      double[] logps = policy.forward(some, entropies);
      double[] gradients = new double[logps.length];
      Arrays.fill(gradients, -1.0 / tokens);
      policy.backward(gradients);
      add(metrics, "loss", -Numbers.sum(logps) / tokens);
      add(metrics, "entropy", Numbers.sum(entropies) / tokens);
    }
    metrics.put("grad_norm", learner.update(rate));
    return metrics;
  }
}
