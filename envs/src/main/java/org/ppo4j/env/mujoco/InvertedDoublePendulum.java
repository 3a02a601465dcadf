package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's InvertedDoublePendulum: two poles, one on top of the other, are hinged on a cart. The
 * task is to keep them upright.
 *
 * <pre>
 * Action: Box, float32 [1]         min    max
 *   force on the cart              -1     1     MuJoCo clips it
 *
 * Observation: Box, float64 [9]    unbounded
 *   0      position of the cart                                         m
 *   1-4    sines of the two angles, then their cosines
 *   5-7    velocities of the cart and of the angles, clipped to 10      m/s, rad/s
 *   8      force of the rail's ends on the cart, clipped to 10          N
 *
 * Reward   healthy_reward if the step does not terminate, minus 0.01 x^2 + (z - 2)^2 of the tip, minus
 *          0.001 u^2 + 0.005 v^2 of the angular velocities. The tip lags by one time step of the
 *          model
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to the coordinates, normal
 *          noise of that deviation added to the velocities
 * End      terminated if the tip is not above 1; truncated after 1000 steps
 *
 * Argument              type     default
 *   healthy_reward      number   10
 *   reset_noise_scale   number   0.1
 * </pre>
 */
final class InvertedDoublePendulum extends MujocoTask {
  private static final double BOUND = 10;
  private static final int HEIGHT = 2;

  private final double healthyReward;
  private final double resetNoiseScale;

  /** The positions of the sites; the first is the tip. */
  private final Field sites;

  private final Field constraintForces;
  private final Space observationSpace;

  private double bonus;
  private double distancePenalty;
  private double velocityPenalty;

  /** Creates a double pendulum from arguments. */
  InvertedDoublePendulum(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index);
    requireModel(3, 3);
    healthyReward = kwargs.number("healthy_reward", 10);
    resetNoiseScale = kwargs.number("reset_noise_scale", 0.1);
    sites = simulations.field("site_xpos");
    if (sites.size() == 0) {
      throw new IllegalArgumentException(
          "the model has no site; expected one at the tip of the poles");
    }
    constraintForces = simulations.field("qfrc_constraint");
    observationSpace = unbounded(1 + 2 * (positions - 1) + velocities + 1);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, positions, resetNoiseScale);
    addNormal(random, positions, state.length, resetNoiseScale);
  }

  @Override
  double reward(double[] actions, int offset) {
    double x = sites.at(index, 0);
    double below = sites.at(index, HEIGHT) - 2;
    double first = state[positions + 1];
    double second = state[positions + 2];
    bonus = terminated() ? 0 : healthyReward;
    distancePenalty = 0.01 * (x * x) + below * below;
    velocityPenalty = 1e-3 * (first * first) + 5e-3 * (second * second);
    return bonus - distancePenalty - velocityPenalty;
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_survive", bonus);
    parts.put("distance_penalty", -distancePenalty);
    parts.put("velocity_penalty", -velocityPenalty);
    return parts;
  }

  @Override
  public boolean terminated() {
    return sites.at(index, HEIGHT) <= 1;
  }

  @Override
  public Space observationSpace() {
    return observationSpace;
  }

  @Override
  public void observe(double[] out, int offset) {
    int angles = positions - 1;
    out[offset] = state[0];
    for (int i = 0; i < angles; i++) {
      out[offset + 1 + i] = Math.sin(state[1 + i]);
      out[offset + 1 + angles + i] = Math.cos(state[1 + i]);
    }
    int at = offset + 1 + 2 * angles;
    for (int i = 0; i < velocities; i++) {
      out[at + i] = Math.clamp(state[positions + i], -BOUND, BOUND);
    }
    out[at + velocities] = Math.clamp(constraintForces.at(index, 0), -BOUND, BOUND);
  }
}
