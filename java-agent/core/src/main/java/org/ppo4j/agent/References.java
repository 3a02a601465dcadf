package org.ppo4j.agent;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.rollout.LeashConfig;
import org.ppo4j.agent.rollout.Reference;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.CriticConfig;
import org.ppo4j.env.EnvSpec;

/** Makes the reference policy of a training. */
final class References {
  private References() {}

  /** Returns the reference's hyperparameters; where the algorithm differs, those that it keeps. */
  static PpoConfig start(RunConfig run, Algorithm algorithm, PpoConfig defaults) {
    PpoConfig theirs = run.hyperparameters();
    return run.algorithm() == algorithm
        ? theirs
        : new PpoConfig(
            defaults.totalTimesteps(),
            defaults.collect(),
            defaults.advantage(),
            defaults.loss(),
            defaults.update(),
            defaults.optimizer(),
            defaults.trustRegion(),
            defaults.phasic(),
            theirs.network(),
            kept(theirs.critic(), defaults.critic()),
            theirs.action(),
            defaults.leash(),
            theirs.normalize());
  }

  /** Returns {@code defaults} with what belongs to the reference's critic. */
  private static CriticConfig kept(CriticConfig theirs, CriticConfig defaults) {
    return new CriticConfig(
        defaults.criticLearningRate(),
        theirs.criticHiddenSizes(),
        theirs.normValueTargets(),
        defaults.recomputeAdvantages());
  }

  /**
   * Returns the arrays of the reference; null if there is none.
   *
   * @param reference its checkpoint; null for none
   * @param restored the arrays of the training that is continued, and of its reference; null for
   *     none
   * @param spec the shape of the training's networks
   * @throws IllegalArgumentException if it does not fit, or there is none but its hyperparameters
   *     are changed
   */
  static @Nullable TrainingState state(
      @Nullable Checkpoint reference,
      @Nullable TrainingState restored,
      EnvSpec env,
      PpoConfig config,
      NetworkSpec spec) {
    if (reference != null) {
      reference.requireSpacesOf(env);
      PpoConfig theirs = reference.run().hyperparameters();
      if (!theirs.network().equals(config.network())
          || !config.critic().equals(kept(theirs.critic(), config.critic()))
          || !theirs.normalize().equals(config.normalize())
          || !theirs.action().equals(config.action())) {
        throw new IllegalArgumentException(
            "a training with a reference keeps its networks, normalisers and distribution of"
                + " actions; leave their hyperparameters as they are");
      }
      requireNumEnvs(reference, config);
      return withAuxiliaryHeadOf(spec, reference);
    }
    if (restored != null && Reference.isIn(restored)) {
      return Reference.in(restored);
    }
    if (!config.leash().equals(LeashConfig.DEFAULT)) {
      throw new InvalidHyperparameterException(
          "klCoef and klEstimator have no effect without a reference policy; give one, or leave"
              + " them out",
          "klCoef",
          "klEstimator");
    }
    return null;
  }

  /** Requires as many sub-environments as the reference has, if each has its own normaliser. */
  private static void requireNumEnvs(Checkpoint reference, PpoConfig config) {
    int theirs = reference.run().hyperparameters().collect().numEnvs();
    int numEnvs = config.collect().numEnvs();
    if (config.normalize().normalizerPerEnv()
        && reference.state().has("observations/0/mean")
        && theirs != numEnvs) {
      throw new InvalidHyperparameterException(
          "numEnvs is %d, but the reference has %d normalisers, one for each of its sub-environments; make numEnvs %d, or train a reference without normalizerPerEnv"
              .formatted(numEnvs, theirs, theirs),
          "numEnvs",
          "normalizerPerEnv");
    }
  }

  /**
   * Returns the arrays of {@code reference}; the auxiliary value head, which only {@code ppg} has,
   * is left out or added as zeros if {@code spec} demands it.
   */
  private static TrainingState withAuxiliaryHeadOf(NetworkSpec spec, Checkpoint reference) {
    TrainingState state = reference.state().copy();
    boolean theirs = reference.run().algorithm() == Algorithm.PPG;
    if (reference.run().network() == null && theirs != spec.auxiliaryValue()) {
      float[] parameters = state.floats("network/parameters");
      state.put("network/parameters", Arrays.copyOf(parameters, spec.parameterCount()));
    }
    return state;
  }

  /** Makes the policy of these arrays. */
  static Reference of(
      TrainingState all,
      EnvSpec env,
      PpoConfig config,
      @Nullable NetworkFactory factory,
      IntFunction<ActorCritic> makeNetworks) {
    TrainingState state = new TrainingState();
    state.put("network/", all.below("network/"));
    state.put("observations/", all.below("observations/"));
    state.put("value_targets/", all.below("value_targets/"));
    ActorCritic network = makeNetworks.apply(1);
    if (network.shape().stateSize() > 0) {
      network.close();
      throw new IllegalArgumentException(
          "a reference policy cannot have networks that remember; train without a reference, or"
              + " without lstm and gru");
    }
    float[] parameters = state.floats("network/parameters", network.parameters().length);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    ActionDistribution distribution =
        ActionDistribution.of(env.actionSpace(), config.action(), network.shape(), factory);
    return new Reference(network, distribution, config.leash(), state);
  }
}
