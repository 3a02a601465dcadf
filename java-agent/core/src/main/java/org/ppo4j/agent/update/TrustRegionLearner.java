package org.ppo4j.agent.update;

import java.util.Arrays;
import java.util.function.Consumer;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/**
 * Trust region policy optimisation (Schulman et al. 2015, appendix C; {@code trpo.py} of
 * sb3-contrib). The policy takes one step on the whole batch: along the natural gradient, which the
 * conjugate gradient method finds, as far as KL(old, new) stays below its target and the surrogate
 * improves, which a line search finds. The critic then learns in epochs of shuffled minibatches; it
 * does not change layers that it shares with the actor.
 */
public final class TrustRegionLearner implements Learner {
  private final ActorTangents network;
  private final ActionDistribution distribution;
  private final PpoLoss loss;
  private final UpdateConfig config;
  private final TrustRegionConfig search;
  private final double vfCoef;
  private final Consumer<int[]> shuffle;
  private final Optimizer optimizer;
  private final ActorCritic.ParameterUpdate criticStep;
  private final int actorParameters;

  private final int[] indices;
  private final Minibatch whole;
  private final Minibatch batch;
  private final float[] outputs;
  private final float[] outputGradients;
  private final float[] noGradients;
  private final float[] values;
  private final float[] valueGradients;
  private final float[] direction;

  /**
   * Creates a learner.
   *
   * @param distribution the distribution that {@code loss} evaluates
   * @param loss the surrogate loss of up to {@code batchSize} rows
   * @param vfCoef the weight of the value loss
   * @param optimizer the optimiser of the critic, for all parameters of the network
   * @param shuffle reorders the batch's indices in place before each epoch of the critic
   */
  public TrustRegionLearner(
      ActorTangents network,
      ActionDistribution distribution,
      PpoLoss loss,
      double vfCoef,
      UpdateConfig config,
      TrustRegionConfig search,
      Optimizer optimizer,
      int batchSize,
      Consumer<int[]> shuffle) {
    this.network = network;
    this.distribution = distribution;
    this.loss = loss;
    this.vfCoef = vfCoef;
    this.config = config;
    this.search = search;
    this.shuffle = shuffle;
    actorParameters = network.actorParameters();
    this.optimizer = optimizer;
    criticStep =
        (from, to) ->
            optimizer.step(
                network.parameters(), network.gradients(), Math.max(from, actorParameters), to);
    int features = network.rowSize();
    int policyOutputs = network.shape().policyOutputs();
    indices = new int[batchSize];
    whole = new Minibatch(batchSize, features, loss.actionSize(), policyOutputs);
    batch = new Minibatch(config.minibatchSize(batchSize), features, loss.actionSize());
    outputs = new float[batchSize * policyOutputs];
    outputGradients = new float[outputs.length];
    noGradients = new float[outputs.length];
    values = new float[batchSize];
    valueGradients = new float[batchSize];
    direction = new float[network.parameters().length];
  }

  @Override
  public Metrics learn(Rollout rollout, double learningRate, double clipCoef) {
    Metrics metrics = new Metrics();
    metrics.put("charts/learning_rate", learningRate);
    improvePolicy(rollout, clipCoef, metrics);
    metrics.put("losses/value_loss", fitCritic(rollout, learningRate));
    FiniteChecks.requireParameters(network.parameters(), network.shape()::describe);
    metrics.put(
        "losses/explained_variance",
        MinibatchLearner.explainedVariance(rollout.values, rollout.returns));
    Deviations.put(metrics, network);
    return metrics;
  }

  private void improvePolicy(Rollout rollout, double clipCoef, Metrics metrics) {
    Arrays.setAll(indices, i -> i);
    rollout.gather(indices, 0, indices.length, whole);
    network.forward(whole.observations, whole.rows, outputs, values);
    computeLoss(clipCoef);
    double before = loss.policyLoss();
    FiniteChecks.require(before, "policy loss");
    network.policyBackward(whole.observations, whole.rows, outputGradients);
    double[] ascent = new double[actorParameters];
    for (int i = 0; i < actorParameters; i++) {
      ascent[i] = -network.gradients()[i];
    }
    double norm = Math.sqrt(ConjugateGradient.dot(ascent, ascent));
    FiniteChecks.require(norm, "gradient's norm");
    System.arraycopy(outputs, 0, whole.policyOutputs, 0, outputs.length);
    whole.logStds = Deviations.logStds(network);

    double[] step = ConjugateGradient.solve(this::fisherProduct, ascent, search.cgMaxSteps());
    double curvature = ConjugateGradient.dot(step, fisherProduct(step));
    double length = curvature > 0 ? Math.sqrt(2 * config.targetKl() / curvature) : 0;
    double share = length > 0 ? lineSearch(step, length, before, clipCoef) : 0;

    double kl = loss.kl(whole, outputs, network.parameters());
    FiniteChecks.require(loss.policyLoss(), "policy loss");
    FiniteChecks.require(loss.approxKl(), "approximate KL divergence");
    FiniteChecks.require(kl, "KL divergence");
    metrics.put("losses/policy_loss", loss.policyLoss());
    metrics.put("losses/entropy", loss.entropy());
    metrics.put("losses/old_approx_kl", loss.oldApproxKl());
    metrics.put("losses/approx_kl", loss.approxKl());
    metrics.put("losses/kl", kl);
    metrics.put("losses/gradient_norm", norm);
    metrics.put("charts/line_search", share);
  }

  /**
   * Tries steps of falling length until one is accepted. Otherwise the parameters stay as they are.
   *
   * @return the accepted part of the longest step; 0 if none was accepted
   */
  private double lineSearch(double[] step, double length, double before, double clipCoef) {
    float[] parameters = network.parameters();
    float[] old = Arrays.copyOf(parameters, actorParameters);
    double share = 1;
    for (int i = 0; i < search.lineSearchMaxIter(); i++) {
      for (int j = 0; j < actorParameters; j++) {
        parameters[j] = (float) (old[j] + share * length * step[j]);
      }
      evaluate(clipCoef);
      double kl = loss.kl(whole, outputs, parameters);
      if (kl < config.targetKl() && loss.policyLoss() < before) {
        return share;
      }
      share *= search.lineSearchShrinkingFactor();
    }
    System.arraycopy(old, 0, parameters, 0, actorParameters);
    evaluate(clipCoef);
    return 0;
  }

  private void evaluate(double clipCoef) {
    network.parametersChanged();
    network.policy(whole.observations, whole.rows, outputs);
    computeLoss(clipCoef);
  }

  private void computeLoss(double clipCoef) {
    loss.compute(
        whole,
        clipCoef,
        outputs,
        values,
        network.parameters(),
        outputGradients,
        valueGradients,
        network.gradients());
  }

  /** Returns the product of the damped Fisher information and a direction of the actor. */
  private double[] fisherProduct(double[] vector) {
    for (int i = 0; i < actorParameters; i++) {
      direction[i] = (float) vector[i];
    }
    network.policyTangents(whole.observations, whole.rows, direction, outputGradients);
    distribution.fisherProduct(outputGradients, direction, network.gradients());
    network.policyBackward(whole.observations, whole.rows, outputGradients);
    double[] product = new double[actorParameters];
    for (int i = 0; i < actorParameters; i++) {
      product[i] = network.gradients()[i] + search.cgDamping() * vector[i];
    }
    return product;
  }

  /** Returns the last value loss, half the squared error. */
  private double fitCritic(Rollout rollout, double learningRate) {
    Arrays.setAll(indices, i -> i);
    double valueLoss = 0;
    for (int epoch = 0; epoch < config.updateEpochs(); epoch++) {
      shuffle.accept(indices);
      for (int from = 0; from < indices.length; from += batch.capacity()) {
        rollout.gather(indices, from, Math.min(from + batch.capacity(), indices.length), batch);
        network.forward(batch.observations, batch.rows, outputs, values);
        double squares = 0;
        for (int i = 0; i < batch.rows; i++) {
          double error = values[i] - batch.returns[i];
          squares += error * error;
          valueGradients[i] = (float) (vfCoef * error / batch.rows);
        }
        valueLoss = 0.5 * squares / batch.rows;
        FiniteChecks.require(valueLoss, "value loss");
        network.backward(batch.observations, batch.rows, noGradients, valueGradients);
        Arrays.fill(network.gradients(), 0, actorParameters, 0);
        FiniteChecks.require(optimizer.begin(network.gradients(), learningRate), "gradient's norm");
        network.updateParameters(criticStep);
      }
    }
    return valueLoss;
  }

  @Override
  public void observe(LossObserver observer) {
    loss.observe(observer);
  }

  @Override
  public void save(TrainingState state) {
    optimizer.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    optimizer.restore(state);
  }
}
