package org.ppo4j.agent;

import java.util.function.Supplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.actor.RemoteRollouts;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.CollectThenLearn;
import org.ppo4j.agent.rollout.CollectWhileLearning;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.rollout.RolloutSource;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.VectorEnv;

/** Puts together the stages of a training: source of rollouts, estimator, learner. */
final class Assembly {
  private final VectorEnv env;
  private final Algorithm algorithm;
  private final Parts parts;
  private final PpoConfig config;
  private final ActorCritic network;
  private final Runnable beforeStep;
  private final ActionDistribution distribution;

  /**
   * Begins with an environment.
   *
   * @param beforeStep called before each step of the environment and of the optimiser
   * @throws IllegalArgumentException if the environment cannot be trained on, or the networks do
   *     not fit it
   */
  Assembly(
      VectorEnv env,
      Algorithm algorithm,
      Parts parts,
      PpoConfig config,
      ActorCritic network,
      Runnable beforeStep) {
    if (env.numEnvs() != config.collect().numEnvs()) {
      throw new IllegalArgumentException(
          "the environment has %d sub-environments, but numEnvs is %d"
              .formatted(env.numEnvs(), config.collect().numEnvs()));
    }
    if (env.autoresetMode() != AutoresetMode.SAME_STEP) {
      throw new IllegalArgumentException(
          "PPO needs an environment with autoreset SAME_STEP, but it has " + env.autoresetMode());
    }
    if (network.rowSize() != network.shape().inputs() + config.action().maskSize(env.spec())) {
      throw new IllegalArgumentException(
          "the environment masks actions, but the networks do not take masks; wrap them with"
              + " MaskedActorCritic.of, or make actionMasks NONE");
    }
    requireFit(network, PolicyNetwork.spec(env.spec(), algorithm, config, parts.factory()));
    this.env = env;
    this.algorithm = algorithm;
    this.parts = parts;
    this.config = config;
    this.network = network;
    this.beforeStep = beforeStep;
    distribution = distribution();
  }

  private static void requireFit(ActorCritic network, NetworkShape needed) {
    if (network.isClosed()) {
      throw new IllegalArgumentException("the networks are closed; make new ones");
    }
    NetworkShape shape = network.shape();
    if (shape.inputs() != needed.inputs()
        || shape.policyOutputs() != needed.policyOutputs()
        || shape.logStdSize() != needed.logStdSize()) {
      throw new IllegalArgumentException(
          "the networks have %d inputs, %d policy outputs and %d log standard deviations, but the environment needs %d, %d and %d; make networks of PolicyNetwork.spec"
              .formatted(
                  shape.inputs(),
                  shape.policyOutputs(),
                  shape.logStdSize(),
                  needed.inputs(),
                  needed.policyOutputs(),
                  needed.logStdSize()));
    }
  }

  private ActionDistribution distribution() {
    return ActionDistribution.of(
        env.spec().actionSpace(), config.action(), network.shape(), parts.factory());
  }

  AdvantageEstimator estimator() {
    @Nullable ValueNormalizer normalizer = null;
    if (config.critic().normValueTargets()) {
      normalizer = new ValueNormalizer();
      if (parts.reference() != null) {
        normalizer.start(parts.reference().state());
      }
    }
    return parts.estimator() != null
        ? AdvantageEstimator.normalized(config.advantage(), parts.estimator(), normalizer)
        : AdvantageEstimator.of(algorithm, config.advantage(), network, distribution(), normalizer);
  }

  Learner learner(AdvantageEstimator estimator, UniformRandomProvider random) {
    return Learners.of(
        algorithm, parts, config, network, distribution, estimator, random, beforeStep);
  }

  /**
   * Returns the source of the learner's rollouts.
   *
   * @param acting the stream of the actions
   * @param another makes networks of the same shape
   */
  RolloutSource source(Learner learner, RandomStream acting, Supplier<ActorCritic> another) {
    UniformRandomProvider random = acting.generator();
    if (parts.actors() != null) {
      return new RemoteRollouts(
          parts.actors(),
          env.spec(),
          config,
          network,
          distribution(),
          acting,
          learner.needsPolicyOutputs(),
          algorithm == Algorithm.APPO && config.collect().maxLag() > 0,
          () -> rollout(learner),
          beforeStep);
    }
    if (algorithm == Algorithm.APPO && config.collect().maxLag() > 0) {
      ActorCritic actor = another.get();
      return new CollectWhileLearning(
          collector(actor, distribution(), random),
          network,
          actor,
          rollout(learner),
          rollout(learner));
    }
    return new CollectThenLearn(collector(network, distribution, random), rollout(learner));
  }

  private Collector collector(
      ActorCritic actor, ActionDistribution distribution, UniformRandomProvider random) {
    return new Collector(
        env,
        actor,
        distribution,
        config.action(),
        config.normalize(),
        config.advantage().gamma(),
        random,
        parts.reference(),
        algorithm == Algorithm.GRPO ? config.advantage().groupSize() : 0,
        beforeStep);
  }

  private Rollout rollout(Learner learner) {
    return Rollout.builder(
            config.collect().numSteps(),
            config.collect().numEnvs(),
            network.rowSize(),
            distribution.actionSize())
        .policyOutputs(
            learner.needsPolicyOutputs() ? network.shape().policyOutputs() : 0,
            network.shape().logStdSize())
        .normalizesTargets(config.critic().normValueTargets())
        .keepsNextObservations(config.critic().recomputeAdvantages())
        .hasSkipped(algorithm == Algorithm.GRPO)
        .images(network.shape().images())
        .stateSize(network.shape().stateSize())
        .build();
  }
}
