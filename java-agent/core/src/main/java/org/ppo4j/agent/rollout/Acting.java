package org.ppo4j.agent.rollout;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * Runs the networks for a {@link Collector}: the actor at each step, and the critic on all that the
 * rollout needs the values of.
 */
interface Acting {

  /** Returns what runs {@code network} for {@code numEnvs} environments. */
  static Acting of(ActorCritic network, int numEnvs) {
    return network.shape().stateSize() > 0
        ? new RecurrentActing(network, numEnvs)
        : new FeedForwardActing(network, numEnvs);
  }

  /** Begins episodes in all environments. */
  void start();

  /** Begins a rollout. */
  void begin(Rollout rollout);

  /**
   * Runs the actor before step {@code t}.
   *
   * @param features the features of the observations, {@code [N, F]}
   * @param images their images of bytes, {@code [N, P]}
   * @param outputs receives the actor's outputs, {@code [N, D]}
   */
  void act(Rollout rollout, int t, float[] features, byte[] images, float[] outputs);

  /**
   * Returns the value of an observation that ended an episode in the step after {@link #act}.
   *
   * @param env the environment
   * @param features the features of final observations, {@code [N, F]}
   * @param image the images of bytes of that observation, {@code [P]}
   */
  float finalValue(int env, float[] features, byte[] image);

  /** Takes over the ends of a step, after the values of final observations. */
  void step(StepBatch batch);

  /**
   * Writes the rollout's values, and those of the observations after the last step.
   *
   * @param features the features of these, {@code [N, F]}
   * @param images their images of bytes, {@code [N, P]}
   */
  void value(Rollout rollout, float[] features, byte[] images);

  /** Saves what is remembered of the episodes in progress. */
  void save(TrainingState state);

  /** Restores what {@link #save} saved. */
  void restore(TrainingState state);
}
