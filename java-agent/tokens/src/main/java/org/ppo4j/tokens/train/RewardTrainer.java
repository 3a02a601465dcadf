package org.ppo4j.tokens.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.tokens.loss.PairLosses;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/** A reward model from pairs (Bradley and Terry 1952), as TRL's {@code RewardTrainer} has it. */
public final class RewardTrainer extends Training {
  private final Pairs pairs;
  private final ValueScorer scorer;
  private final DataOrder order;

  /** Creates the training of a score model on examples with a prompt, chosen and rejected. */
  public RewardTrainer(
      TrainConfig config, Transformer model, Encoding encoding, List<Example> examples) {
    super(config, model, config.steps(examples.size(), config.batchSize()), config.batchSize());
    pairs = new Pairs(encoding, examples);
    scorer = new ValueScorer(model);
    order = kept(new DataOrder(examples.size(), config.seed()));
  }

  /** Returns TRL's defaults. */
  public static TrainConfig defaults() {
    return TrainConfig.of(1e-4);
  }

  @Override
  Map<String, Double> learn(double rate) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int[] part : parts(order.next(config.batchSize()))) {
      learn(pairs.at(part), metrics);
    }
    metrics.put("grad_norm", learner.update(rate));
    return metrics;
  }

  /** Adds the gradients of a part of a batch: chosen completions, and then the rejected ones. */
  private void learn(Completions both, Map<String, Double> metrics) {
    int n = both.count() / 2;
    int whole = config.batchSize();
    double[] rewards = scorer.rewards(both);
    double[] gradients = new double[2 * n];
    for (int i = 0; i < n; i++) {
      double difference = rewards[i] - rewards[n + i];
      PairLosses.Value value = PairLosses.reward(difference);
      gradients[i] = value.slope() / whole;
      gradients[n + i] = -value.slope() / whole;
      add(metrics, "loss", value.loss() / whole);
      add(metrics, "accuracy", difference > 0 ? 1.0 / whole : 0);
      add(metrics, "margin", difference / whole);
    }
    add(metrics, "mean_reward", Numbers.sum(rewards) / (2 * whole));
    scorer.backward(gradients);
  }
}
