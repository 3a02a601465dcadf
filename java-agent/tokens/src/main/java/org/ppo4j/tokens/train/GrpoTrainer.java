package org.ppo4j.tokens.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.tokens.loss.GroupAdvantages;
import org.ppo4j.tokens.loss.GrpoLoss;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.loss.RlooLoss;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;

/** GRPO and RLOO: completions are compared with others of the same prompt; there is no critic. */
public final class GrpoTrainer extends Training {
  private final GrpoConfig grpo;
  private final TokenScorer policy;
  private final @Nullable TokenScorer reference;
  private final Rollouts rollouts;
  private final GrpoLoss grpoLoss;
  private final RlooLoss rlooLoss;
  private final @Nullable ClippedUpdates updates;

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
    super(
        config,
        model,
        config.steps(examples.size(), config.batchSize() / grpo.numGenerations()),
        config.batchSize());
    if (config.batchSize() % grpo.numGenerations() != 0) {
      throw new InvalidHyperparameterException(
          "batchSize %d is not a multiple of numGenerations %d"
              .formatted(config.batchSize(), grpo.numGenerations()),
          "batchSize",
          "numGenerations");
    }
    this.grpo = grpo;
    policy = new TokenScorer(model, sampling.temperature());
    reference =
        grpo.beta() == 0 || referenceModel == null
            ? null
            : new TokenScorer(referenceModel, sampling.temperature());
    rollouts = kept(new Rollouts(model, encoding, examples, reward, sampling, config.seed()));
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
    boolean isClipped =
        !grpo.rloo()
            && grpo.importanceSamplingLevel() == GrpoLoss.Level.TOKEN
            && grpo.epsilon() == grpo.epsilonHigh()
            && Double.isInfinite(grpo.delta());
    updates = isClipped ? new ClippedUpdates(grpo.epsilon(), parts(), grpo.numIterations()) : null;
  }

  @Override
  public @Nullable ClippedUpdates clippedUpdates() {
    return updates;
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
  Map<String, Double> learn(double rate) {
    Rollouts.Batch batch =
        rollouts.draw(config.batchSize() / grpo.numGenerations(), grpo.numGenerations());
    Completions completions = batch.completions();
    Ragged ragged = completions.ragged();
    double[] ref = reference == null ? null : reference.forward(completions, parts(), null);
    double[] entropies = new double[ragged.total()];
    double[] old = policy.forward(completions, parts(), entropies);
    double[] advantages = advantages(batch, old, ref);
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int iteration = 0; iteration < grpo.numIterations(); iteration++) {
      // The first pass over the only part is the one above.
      boolean isKnown = iteration == 0 && parts() == 1;
      metrics.putAll(gradients(completions, advantages, old, ref, isKnown));
      metrics.put("grad_norm", learner.update(rate));
    }
    if (ref != null && grpo.rloo()) {
      metrics.put("kl", Numbers.mean(Numbers.minus(old, ref)));
    }
    metrics.put("reward", Numbers.mean(batch.scores()));
    metrics.put("reward_std", Numbers.deviation(batch.scores()));
    metrics.put("frac_reward_zero_std", equalGroups(batch.scores()));
    metrics.put("entropy", Numbers.mean(entropies));
    metrics.put("completions/mean_length", (double) ragged.total() / ragged.count());
    metrics.put("completions/clipped_ratio", 1 - batch.endedFraction());
    return metrics;
  }

  /**
   * Adds the gradients of all parts of a batch; returns the loss's metrics.
   *
   * @param isKnown whether the policy's last pass was over the only part, with {@code old}
   */
  private Map<String, Double> gradients(
      Completions completions,
      double[] advantages,
      double[] old,
      double @Nullable [] ref,
      boolean isKnown) {
    Ragged whole = completions.ragged();
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int[] part : parts(PermutationSampler.natural(completions.count()))) {
      Completions some = completions.at(part);
      Ragged ragged = some.ragged();
      double[] partAdvantages = Arrays.copyOfRange(advantages, part[0], part[0] + part.length);
      double[] partOld = whole.at(old, part);
      double[] logps = isKnown ? old : policy.forward(some);
      double[] gradients = new double[ragged.total()];
      GrpoLoss.Result result =
          grpo.rloo()
              ? rlooLoss.compute(ragged, partAdvantages, logps, partOld, gradients)
              : grpoLoss.compute(
                  ragged,
                  partAdvantages,
                  logps,
                  partOld,
                  ref == null ? null : whole.at(ref, part),
                  whole.total(),
                  gradients);
      if (updates != null && updates.isObserved()) {
        updates.minibatch(logps, partOld, ragged.spread(partAdvantages));
      }
      // DAPO's is a sum over the whole batch, the others' are means over a part.
      boolean isSum = !grpo.rloo() && grpo.lossType() == GrpoLoss.Type.DAPO;
      double share = isSum ? 1 : 1.0 / parts();
      Numbers.scale(gradients, share);
      policy.backward(gradients);
      add(metrics, "loss", result.loss() * share);
      if (ref != null && !grpo.rloo()) {
        add(metrics, "kl", result.kl() / parts());
      }
      add(metrics, "clip_ratio/region_mean", result.clipFraction() / parts());
    }
    return metrics;
  }

  /** Returns the share of groups whose rewards are all equal, from which nothing is learned. */
  private double equalGroups(double[] rewards) {
    int size = grpo.numGenerations();
    int equal = 0;
    for (int from = 0; from < rewards.length; from += size) {
      equal += Arrays.stream(rewards, from, from + size).distinct().count() == 1 ? 1 : 0;
    }
    return (double) equal * size / rewards.length;
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
}
