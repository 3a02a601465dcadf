package org.ppo4j.tokens.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.tokens.loss.PairLosses;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;

/** DPO (Rafailov et al. 2023): preferences without a reward model and without rollouts. */
public final class DpoTrainer extends Training {
  private final DpoConfig dpo;
  private final Pairs pairs;
  private final TokenScorer policy;
  private final TokenScorer reference;
  private final DataOrder order;

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
    super(config, model, config.steps(examples.size(), config.batchSize()), config.batchSize());
    this.dpo = dpo;
    pairs = new Pairs(encoding, examples);
    policy = new TokenScorer(model, 1);
    reference = new TokenScorer(referenceModel, 1);
    order = kept(new DataOrder(examples.size(), config.seed()));
  }

  /** Returns TRL's defaults of what all trainers have. */
  public static TrainConfig defaults() {
    return TrainConfig.of(1e-6);
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
    Ragged ragged = both.ragged();
    double[] ref = reference.forward(both);
    double[] logps = policy.forward(both);
    double[] ratios = ragged.sums(Numbers.minus(logps, ref));
    double[] gradients = new double[ragged.total()];
    for (int i = 0; i < n; i++) {
      double chosen = scale(ragged, i);
      double rejected = scale(ragged, n + i);
      double difference = ratios[i] * chosen - ratios[n + i] * rejected;
      PairLosses.Value value =
          PairLosses.dpo(dpo.lossType(), difference, dpo.beta(), dpo.labelSmoothing());
      add(metrics, "loss", value.loss() / whole);
      add(metrics, "rewards/accuracies", difference > 0 ? 1.0 / whole : 0);
      add(metrics, "rewards/margins", dpo.beta() * difference / whole);
      fill(gradients, ragged, i, value.slope() * chosen / whole);
      fill(gradients, ragged, n + i, -value.slope() * rejected / whole);
    }
    if (dpo.sftWeight() > 0) {
      sft(ragged.start(n), logps, gradients, metrics);
    }
    policy.backward(gradients);
  }

  /** Adds the loss of TRL's loss type {@code sft}: the mean over the chosen completions' tokens. */
  private void sft(int tokens, double[] logps, double[] gradients, Map<String, Double> metrics) {
    double loss = 0;
    for (int t = 0; t < tokens; t++) {
      loss -= logps[t] / tokens;
      gradients[t] -= dpo.sftWeight() / tokens / parts();
    }
    add(metrics, "loss", dpo.sftWeight() * loss / parts());
    add(metrics, "nll_loss", loss / parts());
  }

  /** Returns what a completion's sum is multiplied by: IPO takes the mean over tokens. */
  private double scale(Ragged ragged, int completion) {
    return dpo.lossType() == PairLosses.Dpo.IPO ? 1.0 / ragged.length(completion) : 1;
  }

  private static void fill(double[] gradients, Ragged ragged, int completion, double gradient) {
    Arrays.fill(gradients, ragged.start(completion), ragged.end(completion), gradient);
  }
}
