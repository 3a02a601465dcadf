package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's CartPole: a pole is hinged on a cart that moves along a frictionless track. The task
 * is to keep the pole upright by pushing the cart.
 *
 * <pre>
 * Action: Discrete(2)
 *   0   push the cart to the left with 10 N
 *   1   push the cart to the right with 10 N
 *
 * Observation: Box, float32 [4]        min       max
 *   0   position of the cart           -4.8      4.8      m
 *   1   velocity of the cart           -inf      inf      m/s
 *   2   angle of the pole              -0.4189   0.4189   rad, 0 is upright
 *   3   angular velocity of the pole   -inf      inf      rad/s
 *
 * Reward   1 for every step, including the one that terminates;
 *          with sutton_barto_reward 0, and -1 for the step that terminates
 * Start    each of the four uniform in [-0.05, 0.05)
 * End      terminated when the cart leaves [-2.4, 2.4] or the angle of the pole exceeds 12 degrees;
 *          truncated after 500 steps (200 in v0)
 *
 * Argument              type      default
 *   sutton_barto_reward boolean   false
 * </pre>
 *
 * <p>The task is that of Barto, Sutton and Anderson, "Neuronlike Adaptive Elements That Can Solve
 * Difficult Learning Control Problems" (1983); the equations are Florian's, "Correct equations for
 * the dynamics of the cart-pole system" (2007), without friction, integrated by Euler's explicit
 * method. Operations are in the same order as Gymnasium's, so states differ only where {@link
 * Math#sin} and {@link Math#cos} differ from C's, by an ulp. The state is float64; the observation
 * is the state rounded to float32.
 */
final class CartPole extends ArrayDynamics {
  private static final int X = 0;
  private static final int X_DOT = 1;
  private static final int THETA = 2;
  private static final int THETA_DOT = 3;

  private static final double GRAVITY = 9.8;
  private static final double CART_MASS = 1.0;
  private static final double POLE_MASS = 0.1;
  private static final double TOTAL_MASS = POLE_MASS + CART_MASS;
  private static final double HALF_LENGTH = 0.5;
  private static final double POLE_MOMENT = POLE_MASS * HALF_LENGTH;
  private static final double FORCE = 10.0;
  private static final double TIME_STEP = 0.02;
  private static final double X_LIMIT = 2.4;
  private static final double THETA_LIMIT = 12 * 2 * Math.PI / 360;

  private static final Space ACTIONS = new Space.Discrete(2);
  private static final Space OBSERVATIONS = observations();

  private final double runningReward;
  private final double terminalReward;

  /** Creates a cart-pole that gives the rewards of the table above. */
  CartPole(boolean suttonBartoReward) {
    super(OBSERVATIONS, ACTIONS);
    runningReward = suttonBartoReward ? 0 : 1;
    terminalReward = suttonBartoReward ? -1 : 1;
  }

  @Override
  public void reset(NumpyRandom random) {
    for (int i = 0; i < state.length; i++) {
      state[i] = random.uniform(-0.05, 0.05);
    }
  }

  @Override
  public double step(double[] actions, int offset) {
    double force = actions[offset] == 1 ? FORCE : -FORCE;
    double thetaDot = state[THETA_DOT];
    double cos = Math.cos(state[THETA]);
    double sin = Math.sin(state[THETA]);
    double push = (force + POLE_MOMENT * (thetaDot * thetaDot) * sin) / TOTAL_MASS;
    double thetaAcc =
        (GRAVITY * sin - cos * push)
            / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cos * cos) / TOTAL_MASS));
    double xAcc = push - POLE_MOMENT * thetaAcc * cos / TOTAL_MASS;

    state[X] += TIME_STEP * state[X_DOT];
    state[X_DOT] += TIME_STEP * xAcc;
    state[THETA] += TIME_STEP * thetaDot;
    state[THETA_DOT] += TIME_STEP * thetaAcc;
    return terminated() ? terminalReward : runningReward;
  }

  @Override
  public boolean terminated() {
    return state[X] < -X_LIMIT
        || state[X] > X_LIMIT
        || state[THETA] < -THETA_LIMIT
        || state[THETA] > THETA_LIMIT;
  }

  private static Space observations() {
    double inf = Double.POSITIVE_INFINITY;
    double[] high = {(float) (2 * X_LIMIT), inf, (float) (2 * THETA_LIMIT), inf};
    double[] low = {-high[0], -inf, -high[2], -inf};
    return new Space.Box(low, high, new int[] {4}, DType.FLOAT32);
  }
}
