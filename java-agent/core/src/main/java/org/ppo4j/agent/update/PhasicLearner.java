package org.ppo4j.agent.update;

import java.util.Arrays;
import java.util.function.Consumer;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.AuxiliaryValueHead;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.rollout.ImageRows;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/**
 * Phasic policy gradient (Cobbe et al. 2020, algorithm 1; CleanRL's {@code ppg_procgen.py}). Each
 * rollout is learnt from as in PPO. After every {@code nIteration} rollouts an auxiliary phase
 * learns from all of them once more: the actor's hidden layers through the auxiliary value head,
 * while the divergence from the policy before the phase holds the actions, and the critic.
 *
 * <pre>
 * loss = mean 1/2 (auxiliary value - return)^2 + betaClone * mean KL(before, new)
 *      + mean 1/2 (value - return)^2
 * </pre>
 *
 * <p>The phases have an optimiser each, as in the code of Cobbe et al.; in CleanRL they share one.
 */
public final class PhasicLearner implements Learner {
  private final Learner policyPhase;
  private final AuxiliaryValueHead network;
  private final ActionDistribution distribution;
  private final PhasicConfig config;
  private final Optimizer optimizer;
  private final ActorCritic.ParameterUpdate optimizerStep;
  private final Consumer<int[]> shuffle;
  private final int minibatchSize;
  private final int features;
  private final int outputs;

  // The rollouts of the current phase.
  private int rollouts;
  private final float[] observations;
  private final ImageRows images;
  private final float[] returns;

  /** The outputs for them before an auxiliary phase. */
  private final float[] oldOutputs;

  private final int[] indices;

  // One minibatch.
  private final float[] inputs;
  private final byte[] pixels;
  private final float[] targets;
  private final float[] clonedOutputs;
  private final float[] policyOutputs;
  private final float[] auxiliaryValues;
  private final float[] values;
  private final float[] policyGradients;
  private final float[] auxiliaryGradients;
  private final float[] valueGradients;
  private final float[] noActions;
  private final float[] unused;
  private final float[] divergences;

  /**
   * Creates a learner.
   *
   * @param policyPhase learns from each rollout
   * @param optimizer the optimiser of the auxiliary phases, for all parameters of the network
   * @param numSteps T, the steps of a rollout
   * @param numEnvs N, the environments of a rollout; T * N is at least {@code
   *     config.numAuxMinibatches()}
   * @param shuffle reorders the indices of the rollouts' transitions in place before each auxiliary
   *     epoch
   */
  public PhasicLearner(
      Learner policyPhase,
      AuxiliaryValueHead network,
      ActionDistribution distribution,
      PhasicConfig config,
      Optimizer optimizer,
      int numSteps,
      int numEnvs,
      Consumer<int[]> shuffle) {
    this.policyPhase = policyPhase;
    this.network = network;
    this.distribution = distribution;
    this.config = config;
    this.optimizer = optimizer;
    optimizerStep =
        (from, to) -> optimizer.step(network.parameters(), network.gradients(), from, to);
    this.shuffle = shuffle;
    int batchSize = Math.multiplyExact(numSteps, numEnvs);
    minibatchSize = batchSize / config.numAuxMinibatches();
    features = network.rowSize();
    outputs = network.shape().policyOutputs();
    int rows = Math.multiplyExact(config.nIteration(), batchSize);
    observations = new float[Math.multiplyExact(rows, features)];
    images = new ImageRows(network.shape().images(), rows, numEnvs);
    returns = new float[rows];
    oldOutputs = new float[Math.multiplyExact(rows, outputs)];
    indices = new int[rows];
    inputs = new float[minibatchSize * features];
    pixels = new byte[Math.multiplyExact(minibatchSize, images.size())];
    targets = new float[minibatchSize];
    clonedOutputs = new float[minibatchSize * outputs];
    policyOutputs = new float[minibatchSize * outputs];
    auxiliaryValues = new float[minibatchSize];
    values = new float[minibatchSize];
    policyGradients = new float[minibatchSize * outputs];
    auxiliaryGradients = new float[minibatchSize];
    valueGradients = new float[minibatchSize];
    noActions = new float[minibatchSize * distribution.actionSize()];
    unused = new float[minibatchSize];
    divergences = new float[minibatchSize];
  }

  /**
   * Learns from {@code rollout}.
   *
   * @return the metrics of the policy phase; after an auxiliary phase also CleanRL's of its last
   *     minibatch, {@code losses/aux/kl_loss}, {@code losses/aux/aux_value_loss} and {@code
   *     losses/aux/real_value_loss}
   */
  @Override
  public Metrics learn(Rollout rollout, double learningRate, double clipCoef) {
    Metrics metrics = policyPhase.learn(rollout, learningRate, clipCoef);
    int rows = rollout.rows();
    System.arraycopy(
        rollout.observations, 0, observations, rollouts * rows * features, rows * features);
    images.put(rollouts * rows, rows, rollout.images, 0);
    System.arraycopy(rollout.returns, 0, returns, rollouts * rows, rows);
    rollouts++;
    if (rollouts == config.nIteration()) {
      auxiliaryPhase(learningRate, metrics);
      rollouts = 0;
      images.clear();
    }
    return metrics;
  }

  private void auxiliaryPhase(double learningRate, Metrics metrics) {
    Arrays.setAll(indices, i -> i);
    float[] oldLogStds = rememberPolicy();
    for (int epoch = 0; epoch < config.eAuxiliary(); epoch++) {
      shuffle.accept(indices);
      for (int from = 0; from < indices.length; from += minibatchSize) {
        int rows = gather(from);
        network.auxiliaryForward(inputs, rows, policyOutputs, auxiliaryValues, values);
        double kl = klLoss(rows, oldLogStds);
        double auxiliary = valueLoss(rows, auxiliaryValues, auxiliaryGradients);
        double real = valueLoss(rows, values, valueGradients);
        FiniteChecks.require(kl, "KL divergence");
        FiniteChecks.require(auxiliary, "auxiliary value loss");
        FiniteChecks.require(real, "value loss");
        network.auxiliaryBackward(
            inputs, rows, policyGradients, auxiliaryGradients, valueGradients);
        FiniteChecks.require(optimizer.begin(network.gradients(), learningRate), "gradient's norm");
        network.updateParameters(optimizerStep);
        metrics.put("losses/aux/kl_loss", kl);
        metrics.put("losses/aux/aux_value_loss", auxiliary);
        metrics.put("losses/aux/real_value_loss", real);
      }
    }
    FiniteChecks.requireParameters(network.parameters(), network.shape()::describe);
  }

  /** Computes {@link #oldOutputs}, and returns the log standard deviations. */
  private float[] rememberPolicy() {
    for (int from = 0; from < indices.length; from += minibatchSize) {
      int rows = gather(from);
      network.policy(inputs, rows, policyOutputs);
      System.arraycopy(policyOutputs, 0, oldOutputs, from * outputs, rows * outputs);
    }
    return Deviations.logStds(network);
  }

  /** Copies the transitions at {@code indices[from]} and after it, and returns their number. */
  private int gather(int from) {
    int rows = Math.min(minibatchSize, indices.length - from);
    for (int i = 0; i < rows; i++) {
      int row = indices[from + i];
      System.arraycopy(observations, row * features, inputs, i * features, features);
      images.get(row, 1, pixels, i * images.size());
      System.arraycopy(oldOutputs, row * outputs, clonedOutputs, i * outputs, outputs);
      targets[i] = returns[row];
    }
    network.images(pixels);
    return rows;
  }

  /** Returns the mean divergence, and computes its gradients. */
  private double klLoss(int rows, float[] oldLogStds) {
    float[] gradients = network.gradients();
    int logStds = network.shape().logStdOffset();
    Arrays.fill(policyGradients, 0);
    Arrays.fill(gradients, logStds, logStds + network.shape().logStdSize(), 0);
    distribution.evaluate(policyOutputs, rows, network.parameters(), noActions, unused, unused);
    distribution.kl(clonedOutputs, oldLogStds, divergences);
    distribution.addKlGradients(
        clonedOutputs, oldLogStds, config.betaClone() / rows, policyGradients, gradients);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += divergences[i];
    }
    return sum / rows;
  }

  /** Returns half the mean squared error, and computes its gradients. */
  private double valueLoss(int rows, float[] predicted, float[] gradients) {
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      double error = predicted[i] - targets[i];
      squares += error * error;
      gradients[i] = (float) (error / rows);
    }
    return 0.5 * squares / rows;
  }

  @Override
  public void observe(LossObserver observer) {
    policyPhase.observe(observer);
  }

  @Override
  public boolean needsPolicyOutputs() {
    return policyPhase.needsPolicyOutputs();
  }

  @Override
  public void save(TrainingState state) {
    policyPhase.save(state);
    TrainingState own = new TrainingState();
    optimizer.save(own);
    int rows = rollouts * (returns.length / config.nIteration());
    own.put("observations", Arrays.copyOf(observations, rows * features));
    own.put("returns", Arrays.copyOf(returns, rows));
    images.save(own, "images/");
    state.put("auxiliary/", own);
  }

  @Override
  public void restore(TrainingState state) {
    policyPhase.restore(state);
    TrainingState own = state.below("auxiliary/");
    optimizer.restore(own);
    float[] restored = own.floats("returns");
    int batchSize = returns.length / config.nIteration();
    if (restored.length >= returns.length || restored.length % batchSize != 0) {
      throw new IllegalArgumentException(
          "the checkpoint has %d transitions of an auxiliary phase, but rollouts have %d and a phase has %d"
              .formatted(restored.length, batchSize, returns.length));
    }
    System.arraycopy(restored, 0, returns, 0, restored.length);
    float[] inputs = own.floats("observations", restored.length * features);
    System.arraycopy(inputs, 0, observations, 0, inputs.length);
    images.restore(own, "images/");
    rollouts = restored.length / batchSize;
  }
}
