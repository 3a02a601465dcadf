package org.ppo4j.tokens.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.loss.GroupAdvantages;
import org.ppo4j.tokens.loss.GrpoLoss;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.loss.RlooLoss;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;

/** GRPO and RLOO: completions are compared with others of the same prompt; there is no critic. */
public final class GrpoTrainer implements TokenTrainer {
  private final TrainConfig config;
  private final GrpoConfig grpo;
  private final Learner learner;
  private final TokenScorer policy;
  private final @Nullable TokenScorer reference;
  private final Rollouts rollouts;
  private final GrpoLoss grpoLoss;
  private final RlooLoss rlooLoss;
  private final int steps;

  /**
   * Creates the training.
   *
   * @param referenceModel not changed; null if beta is 0
   */
  public GrpoTrainer(
      TrainConfig config,
      SamplingConfig sampling,
      GrpoConfig grpo,
      Transformer model,
      @Nullable Transformer referenceModel,
      Encoding encoding,
      List<Example> examples,
      RewardFunction reward) {
    if (config.batchSize() % grpo.numGenerations() != 0) {
      throw new InvalidHyperparameterException(
          "batchSize %d is not a multiple of numGenerations %d"
              .formatted(config.batchSize(), grpo.numGenerations()),
          "batchSize",
          "numGenerations");
    }
    this.config = config;
    this.grpo = grpo;
    learner = new Learner("policy", model, config);
    policy = new TokenScorer(model, sampling.temperature());
    reference =
        grpo.beta() == 0 || referenceModel == null
            ? null
            : new TokenScorer(referenceModel, sampling.temperature());
    rollouts = new Rollouts(model, encoding, examples, reward, sampling, config.seed());
    grpoLoss =
        new GrpoLoss(
            new GrpoLoss.Settings(
                grpo.lossType(),
                grpo.importanceSamplingLevel(),
                grpo.epsilon(),
                grpo.epsilonHigh(),
                grpo.delta(),
                grpo.beta(),
                grpo.useBiasCorrectionKl(),
                sampling.maxCompletionLength()));
    rlooLoss = new RlooLoss(grpo.epsilon(), grpo.epsilonHigh());
    steps = config.steps(examples.size(), config.batchSize() / grpo.numGenerations());
  }

  /** Returns TRL's defaults of what all trainers have. */
  public static TrainConfig defaults() {
    return TrainConfig.of(1e-6);
  }

  /** Returns TRL's defaults of how completions are drawn. */
  public static SamplingConfig samplingDefaults() {
    return new SamplingConfig(256, 1, 0, 1);
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
    Rollouts.Batch batch =
        rollouts.draw(config.batchSize() / grpo.numGenerations(), grpo.numGenerations());
    Completions completions = batch.completions();
    Ragged ragged = completions.ragged();
    double[] ref = reference == null ? null : reference.forward(completions);
    double[] entropies = new double[ragged.total()];
    double[] gradients = new double[ragged.total()];
    double[] old = {};
    double[] advantages = {};
    double rate = config.rate(step, steps);
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int iteration = 0; iteration < grpo.numIterations(); iteration++) {
      double[] logps = policy.forward(completions, entropies);
      if (iteration == 0) {
        old = logps;
        advantages = advantages(batch, old, ref);
      }
      GrpoLoss.Result result =
          grpo.rloo()
              ? rlooLoss.compute(ragged, advantages, logps, old, gradients)
              : grpoLoss.compute(ragged, advantages, logps, old, ref, ragged.total(), gradients);
      policy.backward(gradients);
      double norm = learner.update(rate);
      metrics.put("loss", result.loss());
      metrics.put("kl", ref == null ? 0 : grpo.rloo() ? mean(old, ref) : result.kl());
      metrics.put("clip_ratio/region_mean", result.clipFraction());
      metrics.put("grad_norm", norm);
    }
    metrics.put("reward", Numbers.mean(batch.scores()));
    metrics.put("reward_std", Numbers.deviation(batch.scores()));
    metrics.put("entropy", Numbers.mean(entropies));
    metrics.put("completions/mean_length", (double) ragged.total() / ragged.count());
    metrics.put("completions/clipped_ratio", 1 - batch.endedFraction());
    metrics.put("learning_rate", rate);
    return metrics;
  }

  private static double mean(double[] a, double[] b) {
    return Numbers.mean(Numbers.minus(a, b));
  }

  private double[] advantages(Rollouts.Batch batch, double[] old, double @Nullable [] reference) {
    double[] rewards = batch.scores();
    if (!grpo.rloo()) {
      return GroupAdvantages.grpo(rewards, grpo.numGenerations(), grpo.scaleRewards());
    }
    if (reference != null) {
      Ragged ragged = batch.completions().ragged();
      rewards = RlooLoss.leashed(ragged, rewards, old, reference, grpo.beta());
    }
    return GroupAdvantages.rloo(rewards, grpo.numGenerations(), grpo.normalizeAdvantages());
  }

  @Override
  public void save(TrainingState state) {
    learner.save(state);
    rollouts.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    learner.restore(state);
    rollouts.restore(state);
  }
}
