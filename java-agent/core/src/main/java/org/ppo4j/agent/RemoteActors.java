package org.ppo4j.agent;

import java.util.List;
import org.ppo4j.agent.actor.ActorTask;
import org.ppo4j.agent.actor.Actors;
import org.ppo4j.agent.actor.RemoteRollouts;
import org.ppo4j.agent.actor.Slice;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.env.EnvSpec;

/**
 * The actors that a training is to have.
 *
 * @param count how many
 * @param maxLosses how many may be lost
 * @param starter starts them
 */
record RemoteActors(int count, int maxLosses, Actors.Starter starter) {

  /**
   * Requires that actors can collect for a training.
   *
   * @param hasReference whether it is held near another policy
   * @throws IllegalArgumentException if they cannot
   */
  void require(RunConfig run, boolean hasReference, EnvSpec env, NetworkSpec networks) {
    PpoConfig config = run.hyperparameters();
    if (run.backend() == Backend.PROGRAM) {
      throw new IllegalArgumentException(
          "%s is made by this program, but actors make environments by id; use one that is written in Java or in Gymnasium"
              .formatted(run.env()));
    }
    if (run.algorithm() == Algorithm.GRPO) {
      throw new IllegalArgumentException(
          "grpo starts the episodes of a group together, which actors do not; use another"
              + " algorithm, or no actors");
    }
    if (hasReference) {
      throw new IllegalArgumentException(
          "actors do not know the policy that the training is held near; leave out the reference,"
              + " or the actors");
    }
    if (run.engine() == Engine.DL4J) {
      throw new IllegalArgumentException(
          "actors run their networks on the engine simd; use it, or no actors");
    }
    if (ObservationNormalizer.shares(env.observationSpace(), networks.images(), config.normalize())
        && !config.normalize().normalizerPerRollout()) {
      throw new InvalidHyperparameterException(
          "actors share no statistics within a rollout; set normalizerPerRollout, so that these"
              + " change between rollouts only, or normalizerPerEnv",
          "normalizerPerRollout",
          "normalizerPerEnv");
    }
    requireCount(config.collect().numEnvs());
  }

  private void requireCount(int numEnvs) {
    if (count < 1 || count > numEnvs) {
      throw new InvalidHyperparameterException(
          "numEnvs %d cannot be shared out to %d actors; give 1 to %d actors, or more numEnvs"
              .formatted(numEnvs, count, numEnvs),
          "numEnvs");
    }
  }

  /** Starts the actors of a training. */
  RemoteRollouts.Group start(RunConfig run) {
    List<Slice> slices = Slice.of(run.hyperparameters().collect().numEnvs(), count);
    List<ActorTask> tasks = slices.stream().map(slice -> ActorTask.of(run, slice)).toList();
    return new RemoteRollouts.Group(starter.start(tasks), slices, maxLosses);
  }
}
