package org.ppo4j.tokens.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.state.TrainingState;
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
public final class PpoTokensTrainer implements TokenTrainer {
  private final TrainConfig config;
  private final PpoTokensConfig settings;
  private final PpoTokens ppo;
  private final Learner policyLearner;
  private final Learner valueLearner;
  private final TokenScorer policy;
  private final TokenScorer reference;
  private final ValueScorer values;
  private final Rollouts rollouts;
  private final int steps;

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
    if (config.batchSize() % settings.numMiniBatches() != 0) {
      throw new InvalidHyperparameterException(
          "batchSize %d is not a multiple of numMiniBatches %d"
              .formatted(config.batchSize(), settings.numMiniBatches()),
          "batchSize",
          "numMiniBatches");
    }
    this.config = config;
    this.settings = settings;
    double temperature = sampling.temperature() + 1e-7; // as TRL
    ppo = new PpoTokens(settings.settings(sampling.maxCompletionLength()));
    policyLearner = new Learner("policy", model, config);
    valueLearner = new Learner("value", valueModel, config);
    policy = new TokenScorer(model, temperature);
    reference = new TokenScorer(referenceModel, temperature);
    values = new ValueScorer(valueModel);
    rollouts = new Rollouts(model, encoding, examples, reward, sampling, config.seed());
    steps = config.steps(examples.size(), config.batchSize());
  }

  /** Returns TRL's defaults of what all trainers have. */
  public static TrainConfig defaults() {
    return TrainConfig.of(3e-6).withMaxGradNorm(Double.POSITIVE_INFINITY);
  }

  /** Returns TRL's defaults of how completions are drawn. */
  public static SamplingConfig samplingDefaults() {
    return new SamplingConfig(53, 0.7, 0, 1);
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public Transformer model() {
    return policyLearner.model();
  }

  /** The numbers that the updates of a step use. */
  private record Prepared(
      Completions completions,
      double[] old,
      double[] advantages,
      double[] returns,
      double[] values) {}

  @Override
  public Map<String, Double> step(int step) {
    Rollouts.Batch batch = rollouts.draw(config.batchSize(), 1);
    Completions completions = batch.completions();
    Ragged ragged = completions.ragged();
    Ragged ofSteps = ppo.steps(ragged);
    double[] entropies = new double[ragged.total()];
    double[] old = policy.forward(completions, entropies);
    double[] ref = reference.forward(completions);
    double[] oldValues = values.forward(completions, ofSteps);
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
    double rate = config.rate(step, steps);
    Map<String, Double> metrics = learn(prepared, rate);
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
    metrics.put("learning_rate", rate);
    return metrics;
  }

  private Map<String, Double> learn(Prepared all, double rate) {
    int size = config.batchSize() / settings.numMiniBatches();
    int updates = settings.numPpoEpochs() * settings.numMiniBatches();
    Map<String, Double> sums = new LinkedHashMap<>();
    for (int epoch = 0; epoch < settings.numPpoEpochs(); epoch++) {
      int[] places = rollouts.order().shuffled(config.batchSize());
      for (int from = 0; from < places.length; from += size) {
        PpoTokens.Result result = update(all, places, from, from + size, rate);
        sums.merge("loss/policy_avg", result.policyLoss() / updates, Double::sum);
        sums.merge("loss/value_avg", result.valueLoss() / updates, Double::sum);
        sums.merge("policy/clipfrac_avg", result.clipFraction() / updates, Double::sum);
        sums.merge("val/clipfrac_avg", result.valueClipFraction() / updates, Double::sum);
        sums.merge("policy/approxkl_avg", result.approxKl() / updates, Double::sum);
      }
    }
    return sums;
  }

  private PpoTokens.Result update(Prepared all, int[] places, int from, int to, double rate) {
    Completions some = all.completions.at(places, from, to);
    Ragged whole = all.completions.ragged();
    Ragged wholeSteps = ppo.steps(whole);
    Ragged ragged = some.ragged();
    Ragged ofSteps = ppo.steps(ragged);
    double[] logps = policy.forward(some);
    double[] now = values.forward(some, ofSteps);
    double[] logpGradients = new double[logps.length];
    double[] valueGradients = new double[now.length];
    PpoTokens.Result result =
        ppo.loss(
            ragged,
            whole.at(all.advantages, places, from, to),
            logps,
            whole.at(all.old, places, from, to),
            wholeSteps.at(all.returns, places, from, to),
            now,
            wholeSteps.at(all.values, places, from, to),
            logpGradients,
            valueGradients);
    policy.backward(logpGradients);
    values.backward(valueGradients);
    policyLearner.update(rate);
    valueLearner.update(rate);
    return result;
  }

  @Override
  public void save(TrainingState state) {
    policyLearner.save(state);
    valueLearner.save(state);
    rollouts.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    policyLearner.restore(state);
    valueLearner.restore(state);
    rollouts.restore(state);
  }
}
