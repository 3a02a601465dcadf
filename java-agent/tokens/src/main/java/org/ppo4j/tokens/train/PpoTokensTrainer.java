package org.ppo4j.tokens.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.tokens.loss.PpoTokens;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;

/**
 * PPO on tokens with a leash to a reference (Ziegler et al. 2019), as TRL 1.12 has it: each token
 * is an action, the score comes at the end, and a separate value model learns the values.
 *
 * <p>As in TRL, policy and value model learn from the same minibatches; each has its own optimiser
 * here, which is the same for Adam without a bound of the gradient, TRL's default.
 */
public final class PpoTokensTrainer extends Training {
  private final PpoTokensConfig settings;
  private final PpoTokens ppo;
  private final Learner valueLearner;
  private final TokenScorer policy;
  private final TokenScorer reference;
  private final ValueScorer values;
  private final Rollouts rollouts;
  private final ClippedUpdates updates;

  /**
   * Creates the training.
   *
   * @param referenceModel not changed
   * @param valueModel a score model, which learns
   */
  public PpoTokensTrainer(
      TrainConfig config,
      SamplingConfig sampling,
      PpoTokensConfig settings,
      Transformer model,
      Transformer referenceModel,
      Transformer valueModel,
      Encoding encoding,
      List<Example> examples,
      RewardFunction reward) {
    super(
        config,
        model,
        config.steps(examples.size(), config.batchSize()),
        config.batchSize() / settings.numMiniBatches());
    if (config.batchSize() % settings.numMiniBatches() != 0) {
      throw new InvalidHyperparameterException(
          "batchSize %d is not a multiple of numMiniBatches %d"
              .formatted(config.batchSize(), settings.numMiniBatches()),
          "batchSize",
          "numMiniBatches");
    }
    this.settings = settings;
    double temperature = sampling.temperature() + 1e-7; // as TRL
    ppo = new PpoTokens(settings.settings(sampling.maxCompletionLength()));
    valueLearner = kept(new Learner("value", valueModel, config));
    policy = new TokenScorer(model, temperature);
    reference = new TokenScorer(referenceModel, temperature);
    values = new ValueScorer(valueModel);
    rollouts = kept(new Rollouts(model, encoding, examples, reward, sampling, config.seed()));
    updates =
        new ClippedUpdates(
            settings.cliprange(), settings.numMiniBatches() * parts(), settings.numPpoEpochs());
  }

  @Override
  public ClippedUpdates clippedUpdates() {
    return updates;
  }

  /** Returns TRL's defaults of what all trainers have. */
  public static TrainConfig defaults() {
    return TrainConfig.of(3e-6).withMaxGradNorm(Double.POSITIVE_INFINITY);
  }

  /** Returns TRL's defaults of how completions are drawn. */
  public static SamplingConfig samplingDefaults() {
    return new SamplingConfig(53, 0.7, 0, 1);
  }

  /** The numbers that the updates of a step use. */
  private record Prepared(
      Completions completions,
      double[] old,
      double[] advantages,
      double[] returns,
      double[] values) {}

  @Override
  Map<String, Double> learn(double rate) {
    Rollouts.Batch batch = rollouts.draw(config.batchSize(), 1);
    Completions completions = batch.completions();
    Ragged ragged = completions.ragged();
    Ragged ofSteps = ppo.steps(ragged);
    double[] entropies = new double[ragged.total()];
    int parts = parts() * settings.numMiniBatches();
    double[] old = policy.forward(completions, parts, entropies);
    double[] ref = reference.forward(completions, parts, null);
    double[] oldValues = values.forward(completions, ofSteps, parts);
    double[] scores = batch.scores().clone();
    for (int i = 0; i < scores.length; i++) {
      scores[i] -= batch.ended()[i] ? 0 : settings.missingEosPenalty();
    }
    double[] rewards = ppo.rewards(ragged, old, ref, scores);
    double[] advantages = ppo.advantages(ofSteps, rewards, oldValues);
    double[] returns = new double[advantages.length];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = advantages[i] + oldValues[i];
    }
    Prepared prepared =
        new Prepared(completions, old, ppo.ofTokens(ragged, advantages), returns, oldValues);
    Map<String, Double> metrics = update(prepared, rate);
    double kl = 0;
    for (int t = 0; t < old.length; t++) {
      kl += ppo.kl(old[t], ref[t]) / ragged.count();
    }
    metrics.put("objective/kl", kl);
    metrics.put("objective/scores", Numbers.mean(scores));
    metrics.put("objective/rlhf_reward", Numbers.mean(scores) - settings.klCoef() * kl);
    metrics.put("objective/entropy", -Numbers.mean(old) * ragged.total() / ragged.count());
    metrics.put("policy/entropy_avg", Numbers.mean(entropies));
    metrics.put("completions/mean_length", (double) ragged.total() / ragged.count());
    metrics.put("completions/clipped_ratio", 1 - batch.endedFraction());
    return metrics;
  }

  private Map<String, Double> update(Prepared all, double rate) {
    int size = config.batchSize() / settings.numMiniBatches();
    int losses = settings.numPpoEpochs() * settings.numMiniBatches() * parts();
    Map<String, Double> sums = new LinkedHashMap<>();
    for (int epoch = 0; epoch < settings.numPpoEpochs(); epoch++) {
      int[] places = rollouts.order().shuffled(config.batchSize());
      for (int from = 0; from < places.length; from += size) {
        for (int[] part : parts(Arrays.copyOfRange(places, from, from + size))) {
          PpoTokens.Result result = gradients(all, part);
          add(sums, "loss/policy_avg", result.policyLoss() / losses);
          add(sums, "loss/value_avg", result.valueLoss() / losses);
          add(sums, "policy/clipfrac_avg", result.clipFraction() / losses);
          add(sums, "val/clipfrac_avg", result.valueClipFraction() / losses);
          add(sums, "policy/approxkl_avg", result.approxKl() / losses);
        }
        learner.update(rate);
        valueLearner.update(rate);
      }
    }
    return sums;
  }

  /** Adds the gradients of a part of a minibatch. */
  private PpoTokens.Result gradients(Prepared all, int[] places) {
    Completions some = all.completions.at(places);
    Ragged whole = all.completions.ragged();
    Ragged wholeSteps = ppo.steps(whole);
    Ragged ragged = some.ragged();
    Ragged ofSteps = ppo.steps(ragged);
    double[] logps = policy.forward(some);
    double[] old = whole.at(all.old, places);
    double[] advantages = whole.at(all.advantages, places);
    double[] now = values.forward(some, ofSteps);
    double[] logpGradients = new double[logps.length];
    double[] valueGradients = new double[now.length];
    PpoTokens.Result result =
        ppo.loss(
            ragged,
            advantages,
            logps,
            old,
            wholeSteps.at(all.returns, places),
            now,
            wholeSteps.at(all.values, places),
            logpGradients,
            valueGradients);
    updates.minibatch(logps, old, advantages);
    Numbers.scale(logpGradients, 1.0 / parts());
    Numbers.scale(valueGradients, 1.0 / parts());
    policy.backward(logpGradients);
    values.backward(valueGradients);
    return result;
  }
}
