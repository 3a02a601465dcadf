package org.ppo4j.agent;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.SwitchedOff;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.rollout.CollectConfig;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** What an algorithm demands of its hyperparameters and its environment. */
public final class AlgorithmRules {
  private AlgorithmRules() {}

  /**
   * Checks a configuration.
   *
   * @param defaults the defaults of the algorithm
   * @throws IllegalArgumentException if the algorithm cannot be trained so
   */
  public static void require(
      Algorithm algorithm, PpoConfig config, PpoConfig defaults, EnvSpec env) {
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      List<Algorithm> users = entry.algorithms();
      if (!users.contains(algorithm) && !entry.valueIn(config).equals(entry.valueIn(defaults))) {
        throw new InvalidHyperparameterException(
            "%s has no effect on %s; it belongs to %s"
                .formatted(
                    entry.name(),
                    algorithm.id(),
                    users.stream().map(Algorithm::id).collect(Collectors.joining(", "))),
            entry.name());
      }
    }
    if (algorithm == Algorithm.MONTE_CARLO && config.critic().normValueTargets()) {
      throw new InvalidHyperparameterException(
          "monte-carlo normalises its returns itself, but the reference was trained with"
              + " normValueTargets; use another algorithm",
          "normValueTargets");
    }
    boolean needsTarget = Arrays.asList(Algorithm.PPO_PENALTY, Algorithm.TRPO).contains(algorithm);
    if (needsTarget && config.update().targetKl() == 0) {
      throw new InvalidHyperparameterException(
          "targetKl must be greater than 0 for %s, but is 0".formatted(algorithm.id()), "targetKl");
    }
    if (algorithm == Algorithm.PPG) {
      requireForPpg(config);
    }
    if (algorithm == Algorithm.RPO && !env.actionSpace().hasBox()) {
      throw new IllegalArgumentException(
          "rpo shifts the means of continuous actions, but %s has actions %s; use another algorithm"
              .formatted(env.id(), env.actionSpace()));
    }
    SwitchedOff.refuse(config, defaults);
    int numEnvs = config.collect().numEnvs();
    int groupSize = config.advantage().groupSize();
    if (algorithm == Algorithm.GRPO && numEnvs % groupSize != 0) {
      throw new InvalidHyperparameterException(
          "numEnvs must be a multiple of groupSize for grpo, but numEnvs is %d and groupSize %d"
              .formatted(numEnvs, groupSize),
          "numEnvs",
          "groupSize");
    }
    ActionHead head = config.action().actionHead();
    requireCritic(algorithm, env);
    requireMasks(config.action().actionMasks(), env);
    if (head != ActionHead.GAUSSIAN && !env.actionSpace().hasBox()) {
      throw new InvalidHyperparameterException(
          "actionHead %s is for continuous actions, but %s has actions %s; leave it GAUSSIAN"
              .formatted(head, env.id(), env.actionSpace()),
          "actionHead");
    }
    if (head == ActionHead.GSDE && env.actionSpace() instanceof Space.Tuple) {
      throw new InvalidHyperparameterException(
          "actionHead GSDE is for actions that are one Box, but %s has actions %s; use another actionHead"
              .formatted(env.id(), env.actionSpace()),
          "actionHead");
    }
    double logStdInit = config.network().logStdInit();
    if (head == ActionHead.STATE_DEPENDENT_GAUSSIAN && (logStdInit < -20 || logStdInit > 2)) {
      throw new InvalidHyperparameterException(
          "logStdInit must lie in [-20, 2] for actionHead STATE_DEPENDENT_GAUSSIAN, but is %s"
              .formatted(logStdInit),
          "logStdInit",
          "actionHead");
    }
    if (head == ActionHead.BETA && algorithm == Algorithm.RPO) {
      throw new InvalidHyperparameterException(
          "rpo shifts means, which actionHead BETA does not have; use another actionHead or another"
              + " algorithm",
          "actionHead");
    }
  }

  private static void requireCritic(Algorithm algorithm, EnvSpec env) {
    if (algorithm == Algorithm.GRPO && env.criticOnly() > 0) {
      throw new IllegalArgumentException(
          "grpo has no critic, but %s has numbers that only critics see; use another algorithm"
              .formatted(env.id()));
    }
  }

  private static void requireMasks(ActionMasks masks, EnvSpec env) {
    if (masks.isDemand() && !env.masksActions()) {
      throw new InvalidHyperparameterException(
          "actionMasks %s needs an environment with masks of discrete actions, which %s with actions %s does not have; leave it AUTO"
              .formatted(masks, env.id(), env.actionSpace()),
          "actionMasks");
    }
  }

  private static void requireForPpg(PpoConfig config) {
    int nIteration = config.phasic().nIteration();
    if (config.numIterations() < nIteration) {
      throw new InvalidHyperparameterException(
          "ppg has an auxiliary phase after every %d iterations (nIteration), but totalTimesteps %d are %d iterations of %d; lower nIteration, or train for longer"
              .formatted(
                  nIteration, config.totalTimesteps(), config.numIterations(), config.batchSize()),
          "nIteration",
          "totalTimesteps");
    }
    if (config.batchSize() < config.phasic().numAuxMinibatches()) {
      throw new InvalidHyperparameterException(
          "numAuxMinibatches %d is more than the %d transitions of a batch"
              .formatted(config.phasic().numAuxMinibatches(), config.batchSize()),
          "numAuxMinibatches");
    }
    long rows = (long) nIteration * config.batchSize();
    if (rows > CollectConfig.MAX_BATCH_SIZE) {
      throw new InvalidHyperparameterException(
          "an auxiliary phase of nIteration %d times %d transitions is too large; at most %d fit"
              .formatted(nIteration, config.batchSize(), CollectConfig.MAX_BATCH_SIZE),
          "nIteration");
    }
  }

  /**
   * Checks a configuration with a program's own distribution of actions.
   *
   * @throws IllegalArgumentException if the algorithm or the configuration is for others only
   */
  static void requireForOwn(
      Algorithm algorithm, PpoConfig config, DistributionFactory own, EnvSpec env) {
    String name = own.getClass().getName();
    if (algorithm == Algorithm.RPO) {
      throw new IllegalArgumentException(
          "rpo shifts the means of normal distributions, but %s is a distribution of another kind; use another algorithm"
              .formatted(name));
    }
    ActionConfig action = config.action();
    if (action.maskSize(env) > 0) {
      throw new InvalidHyperparameterException(
          "masks of actions are for the distributions of ppo4j, but %s is another one; make actionMasks NONE"
              .formatted(name),
          "actionMasks");
    }
    if (action.actionHead() != ActionHead.GAUSSIAN
        || action.actionBounds() == ActionBounds.SQUASH) {
      throw new InvalidHyperparameterException(
          "actionHead %s and actionBounds %s have no effect on %s; leave them GAUSSIAN and CLIP"
              .formatted(action.actionHead(), action.actionBounds(), name),
          "actionHead",
          "actionBounds");
    }
  }
}
