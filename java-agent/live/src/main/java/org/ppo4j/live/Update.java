package org.ppo4j.live;

import java.util.List;

/**
 * Samples of one update: what the loss saw of its minibatches.
 *
 * @param iteration the number of the iteration, from 1
 * @param step environment steps learnt from with this update
 * @param clipCoef the clip range
 * @param minibatches the minibatches of an epoch
 * @param frames some of the minibatches in order, the first one included
 */
record Update(long iteration, long step, double clipCoef, int minibatches, List<Frame> frames) {

  /**
   * Samples of a minibatch, the first ones of its random order.
   *
   * @param index its number in the update, from 0
   * @param ratios r, new to old probability of the action, {@code [B]}
   * @param advantages A as the loss uses it, {@code [B]}
   */
  record Frame(int index, float[] ratios, float[] advantages) {}
}
