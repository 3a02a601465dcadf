package org.ppo4j.agent.actor;

import org.ppo4j.agent.state.TrainingState;

/**
 * The numbers at the head of an order, and the names of the arrays that learner and actors
 * exchange.
 *
 * @param number the number of the order, one more than that of the last one for the same slice
 * @param seed the seed of new episodes, for the first sub-environment of the training
 * @param resets whether episodes start again in any case
 * @param keepsOutputs whether the rollout has the actor's outputs
 */
record Order(long number, long seed, boolean resets, boolean keepsOutputs) {
  static final String PARAMETERS = "network/parameters";
  static final String NOISES = "positions/noises";
  static final String SAMPLES = "positions/samples";
  static final String STATE = "state/";
  static final String ROLLOUT = "rollout/";
  static final String REWARDS = "raw_rewards";
  static final String EPISODES = "episodes";
  static final String COUNTERS = "counters";
  static final String FINDING = "finding";
  static final String WIDENING = "widening";
  private static final String HEAD = "head";

  static Order of(TrainingState order) {
    long[] head = order.longs(HEAD, 4);
    return new Order(head[0], head[1], head[2] == 1, head[3] == 1);
  }

  void putInto(TrainingState order) {
    order.put(HEAD, new long[] {number, seed, resets ? 1 : 0, keepsOutputs ? 1 : 0});
  }
}
