package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/**
 * Supervised fine-tuning: the mean negative log probability of the tokens of completions, which is
 * TRL's loss for data of prompts and completions.
 */
public final class SftTrainer implements TokenTrainer {
  private final TrainConfig config;
  private final Completions data;
  private final Learner learner;
  private final TokenScorer policy;
  private final DataOrder order;
  private final int steps;

  /** Creates the training on examples with {@code prompt} and {@code completion}. */
  public SftTrainer(
      TrainConfig config, Transformer model, Encoding encoding, List<Example> examples) {
    this.config = config;
    List<int[]> prompts = new ArrayList<>();
    List<int[]> completions = new ArrayList<>();
    for (Example example : examples) {
      int[] prompt = encoding.prompt(example, 1);
      prompts.add(prompt);
      completions.add(encoding.completion(example, "completion", prompt.length));
    }
    data = new Completions(prompts, completions);
    learner = new Learner("policy", model, config);
    policy = new TokenScorer(model, 1);
    order = new DataOrder(examples.size(), config.seed());
    steps = config.steps(examples.size(), config.batchSize());
  }

  /** Returns TRL's defaults. */
  public static TrainConfig defaults() {
    return TrainConfig.of(2e-5);
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
    int[] places = order.next(config.batchSize());
    Completions batch = data.at(places, 0, places.length);
    double[] entropies = new double[batch.ragged().total()];
    double[] logps = policy.forward(batch, entropies);
    double[] gradients = new double[logps.length];
    Arrays.fill(gradients, -1.0 / logps.length);
    policy.backward(gradients);
    double rate = config.rate(step, steps);
    double norm = learner.update(rate);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", -Numbers.mean(logps));
    metrics.put("entropy", Numbers.mean(entropies));
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
