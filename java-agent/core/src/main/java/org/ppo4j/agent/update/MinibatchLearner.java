package org.ppo4j.agent.update;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.loss.ClipCase;
import org.ppo4j.agent.loss.KlPenalty;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.agent.rollout.Minibatches;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/** Learns in epochs of shuffled minibatches (detail 6), one step of the optimiser each. */
@SuppressWarnings("EnumOrdinal") // one sum for each case, in an array
public final class MinibatchLearner implements Learner {
  /** SB3 stops an update if the KL divergence exceeds this multiple of its target. */
  private static final double SB3_TOLERANCE = 1.5;

  private static final ClipCase[] CASES = ClipCase.values();

  private final ActorCritic network;
  private final UpdateConfig config;
  private final Consumer<int[]> shuffle;
  private final @Nullable Consumer<Rollout> beforeLaterEpochs;
  private final PpoLoss loss;
  private final Optimizer optimizer;
  private final ActorCritic.ParameterUpdate optimizerStep;
  private final @Nullable KlPenalty penalty;
  private final Minibatches minibatches;
  private final Minibatch batch;
  private final float[] outputs;
  private final float[] values;
  private final float[] outputGradients;
  private final float[] valueGradients;

  /** Of the last epoch, or of its last minibatch alone. */
  private final LossMeans means = new LossMeans();

  /** Sums over minibatches of the shares of each {@link ClipCase}. */
  private final double[] shares = new double[CASES.length];

  /**
   * Creates a learner.
   *
   * @param loss the loss of minibatches of at least {@code config.minibatchSize(batchSize)} rows
   * @param optimizer the optimiser of all parameters of the network
   * @param batchSize the transitions of a rollout
   * @param shuffle reorders the batch's indices, {@code [T * N]}, in place before each epoch; they
   *     are ascending before an update's first epoch, and in the order of the previous epoch before
   *     each later one
   */
  public MinibatchLearner(
      ActorCritic network,
      PpoLoss loss,
      UpdateConfig config,
      Optimizer optimizer,
      int batchSize,
      Consumer<int[]> shuffle) {
    this(network, loss, config, optimizer, batchSize, shuffle, null);
  }

  /**
   * Creates a learner that changes the rollout during an update; otherwise as above.
   *
   * @param beforeLaterEpochs is called before each epoch of an update but the first; null for
   *     nothing
   */
  public MinibatchLearner(
      ActorCritic network,
      PpoLoss loss,
      UpdateConfig config,
      Optimizer optimizer,
      int batchSize,
      Consumer<int[]> shuffle,
      @Nullable Consumer<Rollout> beforeLaterEpochs) {
    this(
        network,
        loss,
        config,
        optimizer,
        new Minibatches.Rows(batchSize, config.minibatchSize(batchSize)),
        shuffle,
        beforeLaterEpochs);
  }

  /**
   * Creates a learner of any minibatches; otherwise as above.
   *
   * @param minibatches divides the rollouts, whose units {@code shuffle} reorders
   */
  public MinibatchLearner(
      ActorCritic network,
      PpoLoss loss,
      UpdateConfig config,
      Optimizer optimizer,
      Minibatches minibatches,
      Consumer<int[]> shuffle,
      @Nullable Consumer<Rollout> beforeLaterEpochs) {
    this.beforeLaterEpochs = beforeLaterEpochs;
    this.network = network;
    this.config = config;
    this.shuffle = shuffle;
    this.loss = loss;
    this.minibatches = minibatches;
    penalty = loss.penalty();
    int capacity = minibatches.capacity();
    this.optimizer = optimizer;
    optimizerStep =
        (from, to) -> optimizer.step(network.parameters(), network.gradients(), from, to);
    batch =
        new Minibatch(
            capacity,
            network.rowSize(),
            loss.actionSize(),
            penalty == null ? 0 : network.shape().policyOutputs(),
            network.shape().imageBytes(),
            minibatches.memory());
    outputs = new float[capacity * network.shape().policyOutputs()];
    outputGradients = new float[outputs.length];
    values = new float[capacity];
    valueGradients = new float[capacity];
  }

  /**
   * Learns from {@code rollout}. With a targetKl, the update stops early if the approximate KL
   * divergence exceeds it: after each epoch, or as SB3 does, on each minibatch, before its step,
   * against 1.5 times targetKl.
   *
   * @return CleanRL's metrics under its tags: losses, KL and entropy as means over the rows of the
   *     last epoch, or with {@link TargetKlCheck#EPOCH} of its last minibatch, as CleanRL's; {@code
   *     losses/clipfrac} and the shares of the six cases, {@code clip/...}, as means over all
   *     minibatches; {@code losses/explained_variance}, NaN if the returns do not vary, of the
   *     values before the update, absent without a critic; the value loss in the units of {@link
   *     Rollout#targets}; {@code charts/std_min} and {@code charts/std_max}, the deviations of
   *     continuous actions that are parameters
   */
  @Override
  public Metrics learn(Rollout rollout, double learningRate, double clipCoef) {
    int[] units = minibatches.units(rollout);
    int size = minibatches.unitsOfMinibatch(units.length);
    Arrays.fill(shares, 0);
    double clipFractions = 0;
    int learnt = 0;
    double norm = 0;
    boolean stops = false;
    double explainedVariance = explainedVariance(rollout.values, rollout.returns);
    for (int epoch = 0; epoch < config.updateEpochs() && !stops; epoch++) {
      if (epoch > 0 && beforeLaterEpochs != null) {
        beforeLaterEpochs.accept(rollout);
      }
      shuffle.accept(units);
      means.clear();
      for (int from = 0; from < units.length && !stops; from += size) {
        minibatches.gather(rollout, units, from, Math.min(from + size, units.length), batch);
        computeLoss(clipCoef);
        clipFractions += loss.clipFraction();
        learnt++;
        if (config.targetKlCheck() == TargetKlCheck.EPOCH) {
          means.clear();
        }
        means.add(loss, batch.rows);
        stops =
            config.targetKlCheck() == TargetKlCheck.MINIBATCH
                && exceedsTargetKl(loss.approxKl(), SB3_TOLERANCE);
        if (!stops) {
          norm = step(learningRate);
        }
      }
      stops |=
          config.targetKlCheck() != TargetKlCheck.MINIBATCH && exceedsTargetKl(means.approxKl(), 1);
    }
    FiniteChecks.requireParameters(network.parameters(), network.shape()::describe);
    double kl = penalty == null ? Double.NaN : adapt(penalty, rollout);
    Metrics metrics = new Metrics();
    metrics.put("charts/learning_rate", learningRate);
    metrics.put("charts/clip_coef", clipCoef);
    means.put(metrics);
    metrics.put("losses/clipfrac", clipFractions / learnt);
    if (loss.hasCritic()) {
      metrics.put("losses/explained_variance", explainedVariance);
    }
    metrics.put("losses/gradient_norm", norm);
    Deviations.put(metrics, network);
    for (ClipCase clipCase : CASES) {
      metrics.put(clipCase.tag(), shares[clipCase.ordinal()] / learnt);
    }
    if (penalty != null) {
      metrics.put("losses/kl", kl);
      metrics.put("charts/kl_beta", penalty.weight());
    }
    return metrics;
  }

  /** Returns the mean of KL(old, new) over the rollout, and adapts the penalty to it. */
  private double adapt(KlPenalty penalty, Rollout rollout) {
    double sum = 0;
    int[] units = minibatches.units(rollout);
    int size = minibatches.unitsOfMinibatch(units.length);
    for (int from = 0; from < units.length; from += size) {
      minibatches.gather(rollout, units, from, Math.min(from + size, units.length), batch);
      network.memory(batch.memory);
      network.images(batch.images);
      network.policy(batch.observations, batch.rows, outputs);
      sum += batch.rows * loss.kl(batch, outputs, network.parameters());
    }
    double kl = sum / rollout.rows();
    FiniteChecks.require(kl, "KL divergence");
    penalty.adapt(kl);
    return kl;
  }

  private void computeLoss(double clipCoef) {
    network.memory(batch.memory);
    network.images(batch.images);
    network.forward(batch.observations, batch.rows, outputs, values);
    loss.compute(
        batch,
        clipCoef,
        outputs,
        values,
        network.parameters(),
        outputGradients,
        valueGradients,
        network.gradients());
    FiniteChecks.require(loss.policyLoss(), "policy loss");
    FiniteChecks.require(loss.valueLoss(), "value loss");
    FiniteChecks.require(loss.entropy(), "entropy");
    FiniteChecks.require(loss.approxKl(), "approximate KL divergence");
    for (ClipCase clipCase : CASES) {
      shares[clipCase.ordinal()] += loss.share(clipCase);
    }
  }

  private double step(double learningRate) {
    network.backward(batch.observations, batch.rows, outputGradients, valueGradients);
    double norm = optimizer.begin(network.gradients(), learningRate);
    FiniteChecks.require(norm, "gradient's norm");
    network.updateParameters(optimizerStep);
    return norm;
  }

  private boolean exceedsTargetKl(double approxKl, double tolerance) {
    return config.targetKl() > 0 && approxKl > tolerance * config.targetKl();
  }

  /** Returns 1 - Var(returns - values) / Var(returns), NaN if the returns do not vary. */
  static double explainedVariance(float[] values, float[] returns) {
    double returnVariance = variance(returns, values, 0);
    return returnVariance == 0 ? Double.NaN : 1 - variance(returns, values, 1) / returnVariance;
  }

  /** Returns the population variance of {@code a - weight * b}. */
  private static double variance(float[] a, float[] b, double weight) {
    double mean = 0;
    for (int i = 0; i < a.length; i++) {
      mean += a[i] - weight * b[i];
    }
    mean /= a.length;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double centred = a[i] - weight * b[i] - mean;
      squares += centred * centred;
    }
    return squares / a.length;
  }

  @Override
  public void observe(LossObserver observer) {
    loss.observe(observer);
  }

  @Override
  public boolean needsPolicyOutputs() {
    return penalty != null;
  }

  @Override
  public void save(TrainingState state) {
    optimizer.save(state);
    if (penalty != null) {
      penalty.save(state);
    }
  }

  @Override
  public void restore(TrainingState state) {
    optimizer.restore(state);
    if (penalty != null) {
      penalty.restore(state);
    }
  }
}
