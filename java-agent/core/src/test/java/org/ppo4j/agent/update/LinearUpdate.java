package org.ppo4j.agent.update;

import java.util.List;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/**
 * An update of linear networks of one input whose parameters start with 0, on four transitions in
 * two minibatches: rows 2 and 0, then 3 and 1.
 */
final class LinearUpdate {
  private static final int[] ORDER = {2, 0, 3, 1};

  final PpoConfig config;
  final SimdActorCritic network;
  final ActionDistribution distribution;
  final Rollout rollout = new Rollout(2, 2, 1, 1);
  final MinibatchLearner update;
  private int shuffles;

  /** Starts with the transitions of {@link UpdateByHandTest#discreteActions}. */
  LinearUpdate(PpoConfig config) {
    this(config, new Space.Discrete(2));
  }

  LinearUpdate(PpoConfig config, Space actions) {
    this.config = config;
    network =
        new SimdActorCritic(
            new NetworkSpec(
                1,
                List.of(),
                Activation.TANH,
                ActionDistribution.outputs(actions, config.action(), 0),
                ActionDistribution.logStdSize(actions, config.action(), 0)));
    distribution = ActionDistribution.of(actions, ActionConfig.DEFAULT, network.shape());
    update =
        new MinibatchLearner(
            network,
            loss(),
            config.update(),
            Optimizer.of(config.optimizer(), network.parameters().length),
            config.batchSize(),
            this::shuffle);
    set(2, 1, 0, Math.log(1 / 2.0), 1, 1, 0.5);
    set(0, 2, 1, Math.log(1 / 3.0), 3, 1, -0.5);
    set(3, 1, 0, Math.log(1 / 2.0), 1, 0, 0);
    set(1, -1, 1, Math.log(0.7), 2, 0.5, 0);
  }

  /** Returns PPO's loss, for minibatches of this configuration. */
  PpoLoss loss() {
    return new PpoLoss(
        distribution, PolicyLoss.of(Algorithm.PPO), null, config.loss(), config.minibatchSize());
  }

  /** Returns a configuration of one epoch of two minibatches of two. */
  static PpoConfig config() {
    return PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
        .with(c -> c.numEnvs(2).numSteps(2).numMinibatches(2).updateEpochs(1).totalTimesteps(4));
  }

  void set(
      int row,
      double observation,
      double action,
      double logProb,
      double advantage,
      double target,
      double value) {
    rollout.observations[row] = (float) observation;
    rollout.actions[row] = (float) action;
    rollout.logProbs[row] = (float) logProb;
    rollout.advantages[row] = (float) advantage;
    rollout.returns[row] = (float) target;
    rollout.values[row] = (float) value;
  }

  /** Runs the update with the clip range 0.2. */
  Metrics run(double learningRate) {
    return update.learn(rollout, learningRate, 0.2);
  }

  float[] parameters() {
    return network.parameters();
  }

  /** Returns how many epochs have begun. */
  int shuffles() {
    return shuffles;
  }

  /** Returns how many steps Adam has taken. */
  long steps() {
    TrainingState state = new TrainingState();
    update.save(state);
    return state.longs("adam/steps")[0];
  }

  private void shuffle(int[] indices) {
    shuffles++;
    System.arraycopy(ORDER, 0, indices, 0, ORDER.length);
  }
}
