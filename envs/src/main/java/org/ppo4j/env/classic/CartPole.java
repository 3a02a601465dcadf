package org.ppo4j.env.classic;

import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's CartPole: a pole hinged on a cart that moves along a frictionless track, to be kept
 * upright by pushing the cart.
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
 * Reward   1 for every step, the one that terminates included;
 *          with sutton_barto_reward 0, and -1 for the step that terminates
 * Start    each of the four uniform in [-0.05, 0.05)
 * End      terminated when the cart leaves [-2.4, 2.4] or the pole leaves 12 degrees either way;
 *          truncated after 500 steps (200 in v0)
 *
 * Argument              type      default
 *   sutton_barto_reward boolean   false
 * </pre>
 *
 * <p>The task is that of Barto, Sutton and Anderson, "Neuronlike Adaptive Elements That Can Solve
 * Difficult Learning Control Problems" (1983); the equations are Florian's, "Correct equations for
 * the dynamics of the cart-pole system" (2007), without friction, integrated by Euler's explicit
 * method. Each expression rounds in the order of Gymnasium's, so that states differ only where
 * {@link Math#sin} and {@link Math#cos} differ from C's, by an ulp. The state is float64, the
 * observation its rounding to float32.
 */
final class CartPole implements Dynamics {
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

  private double x;
  private double xDot;
  private double theta;
  private double thetaDot;

  /** Makes a cart-pole at rest that pays the rewards of the table above. */
  CartPole(boolean suttonBartoReward) {
    runningReward = suttonBartoReward ? 0 : 1;
    terminalReward = suttonBartoReward ? -1 : 1;
  }

  @Override
  public Space observationSpace() {
    return OBSERVATIONS;
  }

  @Override
  public Space actionSpace() {
    return ACTIONS;
  }

  @Override
  public void reset(NumpyRandom random) {
    x = random.uniform(-0.05, 0.05);
    xDot = random.uniform(-0.05, 0.05);
    theta = random.uniform(-0.05, 0.05);
    thetaDot = random.uniform(-0.05, 0.05);
  }

  @Override
  public double step(double[] actions, int offset) {
    double force = actions[offset] == 1 ? FORCE : -FORCE;
    double cos = Math.cos(theta);
    double sin = Math.sin(theta);
    double push = (force + POLE_MOMENT * (thetaDot * thetaDot) * sin) / TOTAL_MASS;
    double thetaAcc =
        (GRAVITY * sin - cos * push)
            / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cos * cos) / TOTAL_MASS));
    double xAcc = push - POLE_MOMENT * thetaAcc * cos / TOTAL_MASS;

    x += TIME_STEP * xDot;
    xDot += TIME_STEP * xAcc;
    theta += TIME_STEP * thetaDot;
    thetaDot += TIME_STEP * thetaAcc;
    return terminated() ? terminalReward : runningReward;
  }

  @Override
  public boolean terminated() {
    return x < -X_LIMIT || x > X_LIMIT || theta < -THETA_LIMIT || theta > THETA_LIMIT;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) x;
    out[offset + 1] = (float) xDot;
    out[offset + 2] = (float) theta;
    out[offset + 3] = (float) thetaDot;
  }

  @Override
  public double[] state() {
    return new double[] {x, xDot, theta, thetaDot};
  }

  @Override
  public void restore(double[] state) {
    x = state[0];
    xDot = state[1];
    theta = state[2];
    thetaDot = state[3];
  }

  private static Space observations() {
    double inf = Double.POSITIVE_INFINITY;
    double[] high = {(float) (2 * X_LIMIT), inf, (float) (2 * THETA_LIMIT), inf};
    double[] low = {-high[0], -inf, -high[2], -inf};
    return new Space.Box(low, high, new int[] {4}, DType.FLOAT32);
  }
}
