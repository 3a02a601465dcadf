package org.ppo4j.benchmarks;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * A Markov decision process with exact values: a corridor of ten places, walked by a fixed policy.
 * A step goes where it is meant to with probability 0.8 and the other way otherwise, costs 1, and
 * gains 10 when it leaves the corridor at the right end, where the episode ends. The left end is a
 * wall. The policy means to go right with probability 0.7.
 */
final class Corridor {
  static final int PLACES = 10;
  static final int ACTIONS = 2;
  static final double GAMMA = 0.99;
  private static final double AS_MEANT = 0.8;
  private static final double RIGHT = 0.7;
  private static final double GAIN = 10;

  private final double[] values = new double[PLACES + 1];
  private int place;

  /** Computes the values, by iteration until they no longer change. */
  Corridor() {
    double change;
    do {
      change = 0;
      for (int at = 0; at < PLACES; at++) {
        double value = (1 - RIGHT) * actionValue(at, 0) + RIGHT * actionValue(at, 1);
        change = Math.max(change, Math.abs(value - values[at]));
        values[at] = value;
      }
    } while (change > 1e-13);
  }

  /** Returns V(place), 0 behind the right end. */
  double value(int at) {
    return values[at];
  }

  /** Returns A(place, action). */
  double advantage(int at, int action) {
    return actionValue(at, action) - values[at];
  }

  private double actionValue(int at, int action) {
    double right = action == 1 ? AS_MEANT : 1 - AS_MEANT;
    return right * outcome(at + 1) + (1 - right) * outcome(Math.max(0, at - 1));
  }

  private double outcome(int next) {
    return reward(next) + GAMMA * values[next];
  }

  private static double reward(int next) {
    return next == PLACES ? GAIN - 1 : -1;
  }

  /** Returns the place that the next step starts from. */
  int place() {
    return place;
  }

  /** Draws an action of the policy. */
  static int action(UniformRandomProvider random) {
    return random.nextDouble() < RIGHT ? 1 : 0;
  }

  /** Takes a step and returns its reward. */
  double step(int action, UniformRandomProvider random) {
    boolean asMeant = random.nextDouble() < AS_MEANT;
    boolean goesRight = asMeant == (action == 1);
    place = goesRight ? place + 1 : Math.max(0, place - 1);
    return reward(place);
  }

  /** Returns whether the last step left the corridor, and starts the next episode if so. */
  boolean endsAndRestarts() {
    boolean ends = place == PLACES;
    place = ends ? 0 : place;
    return ends;
  }
}
