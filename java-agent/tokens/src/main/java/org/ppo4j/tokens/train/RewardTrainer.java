package org.ppo4j.tokens.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.loss.PairLosses;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/** A reward model from pairs (Bradley and Terry 1952), as TRL's {@code RewardTrainer} has it. */
public final class RewardTrainer implements TokenTrainer {
  private final TrainConfig config;
  private final Pairs pairs;
  private final Learner learner;
  private final ValueScorer scorer;
  private final DataOrder order;
  private final int steps;

  /** Creates the training of a score model on examples with a prompt, chosen and rejected. */
  public RewardTrainer(
      TrainConfig config, Transformer model, Encoding encoding, List<Example> examples) {
    this.config = config;
    pairs = new Pairs(encoding, examples);
    learner = new Learner("policy", model, config);
    scorer = new ValueScorer(model);
    order = new DataOrder(examples.size(), config.seed());
    steps = config.steps(examples.size(), config.batchSize());
  }

  /** Returns TRL's defaults. */
  public static TrainConfig defaults() {
    return TrainConfig.of(1e-4);
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public Transformer model() {
    return learner.model();
  }

  @Override
  public Map<String, Double> step(int step) {
    int n = config.batchSize();
    double[] rewards = scorer.rewards(pairs.at(order.next(n)));
    double[] gradients = new double[2 * n];
    double loss = 0;
    double correct = 0;
    double margin = 0;
    for (int i = 0; i < n; i++) {
      double difference = rewards[i] - rewards[n + i];
      PairLosses.Value value = PairLosses.reward(difference);
      loss += value.loss() / n;
      gradients[i] = value.slope() / n;
      gradients[n + i] = -value.slope() / n;
      correct += difference > 0 ? 1.0 / n : 0;
      margin += difference / n;
    }
    scorer.backward(gradients);
    double rate = config.rate(step, steps);
    double norm = learner.update(rate);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    metrics.put("accuracy", correct);
    metrics.put("margin", margin);
    metrics.put("mean_reward", Numbers.mean(rewards));
    metrics.put("grad_norm", norm);
    metrics.put("learning_rate", rate);
    return metrics;
  }

  @Override
  public void save(TrainingState state) {
    learner.save(state);
    order.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    learner.restore(state);
    order.restore(state);
  }
}
