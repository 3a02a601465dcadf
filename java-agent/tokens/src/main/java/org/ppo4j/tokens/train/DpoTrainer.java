package org.ppo4j.tokens.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.loss.PairLosses;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/** DPO (Rafailov et al. 2023): preferences without a reward model and without rollouts. */
public final class DpoTrainer implements TokenTrainer {
  private final TrainConfig config;
  private final DpoConfig dpo;
  private final Pairs pairs;
  private final Learner learner;
  private final TokenScorer policy;
  private final TokenScorer reference;
  private final DataOrder order;
  private final int steps;

  /**
   * Creates the training on examples with a prompt, chosen and rejected.
   *
   * @param referenceModel not changed
   */
  public DpoTrainer(
      TrainConfig config,
      DpoConfig dpo,
      Transformer model,
      Transformer referenceModel,
      Encoding encoding,
      List<Example> examples) {
    this.config = config;
    this.dpo = dpo;
    pairs = new Pairs(encoding, examples);
    learner = new Learner("policy", model, config);
    policy = new TokenScorer(model, 1);
    reference = new TokenScorer(referenceModel, 1);
    order = new DataOrder(examples.size(), config.seed());
    steps = config.steps(examples.size(), config.batchSize());
  }

  /** Returns TRL's defaults of what all trainers have. */
  public static TrainConfig defaults() {
    return TrainConfig.of(1e-6);
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
    Completions both = pairs.at(order.next(n));
    Ragged ragged = both.ragged();
    double[] ref = reference.forward(both);
    double[] logps = policy.forward(both);
    double[] ratios = ragged.sums(Numbers.minus(logps, ref));
    double[] gradients = new double[ragged.total()];
    double loss = 0;
    double correct = 0;
    double margin = 0;
    for (int i = 0; i < n; i++) {
      double chosen = scale(ragged, i);
      double rejected = scale(ragged, n + i);
      double difference = ratios[i] * chosen - ratios[n + i] * rejected;
      PairLosses.Value value =
          PairLosses.dpo(dpo.lossType(), difference, dpo.beta(), dpo.labelSmoothing());
      loss += value.loss() / n;
      correct += difference > 0 ? 1.0 / n : 0;
      margin += dpo.beta() * difference / n;
      fill(gradients, ragged, i, value.slope() * chosen / n);
      fill(gradients, ragged, n + i, -value.slope() * rejected / n);
    }
    policy.backward(gradients);
    double rate = config.rate(step, steps);
    double norm = learner.update(rate);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    metrics.put("rewards/accuracies", correct);
    metrics.put("rewards/margins", margin);
    metrics.put("grad_norm", norm);
    metrics.put("learning_rate", rate);
    return metrics;
  }

  /** Returns what a completion's sum is multiplied by: IPO takes the mean over tokens. */
  private double scale(Ragged ragged, int completion) {
    return dpo.lossType() == PairLosses.Dpo.IPO ? 1.0 / ragged.length(completion) : 1;
  }

  private static void fill(double[] gradients, Ragged ragged, int completion, double gradient) {
    Arrays.fill(gradients, ragged.start(completion), ragged.end(completion), gradient);
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
