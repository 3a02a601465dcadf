package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's Reacher: an arm of two links in a plane. The task is to move its fingertip to a
 * target.
 *
 * <pre>
 * Action: Box, float32 [2]            min    max
 *   torques on the two joints         -1     1     MuJoCo clips them
 *
 * Observation: Box, float64 [10]      unbounded
 *   0-3    cosines of the two angles, then their sines
 *   4-5    position of the target                          m
 *   6-7    angular velocities of the two joints            rad/s
 *   8-9    vector from the target to the fingertip         m
 *
 * Reward   the negative of the sum of: reward_dist_weight times the distance to the target, and
 *          reward_control_weight times the sum of squares of the action. The fingertip lags by one
 *          time step of the model
 * Start    uniform noise in [-0.1, 0.1) added to the angles and in [-0.005, 0.005) to their
 *          velocities; the target is at rest, uniform on the disc of radius 0.2 around the origin
 * End      never terminated; truncated after 50 steps
 *
 * Argument                  type     default
 *   reward_dist_weight      number   1
 *   reward_control_weight   number   1
 * </pre>
 */
final class Reacher extends MujocoTask {
  private static final int JOINTS = 2;
  private static final double ANGLE_NOISE = 0.1;
  private static final double VELOCITY_NOISE = 0.005;
  private static final double RADIUS = 0.2;

  private final double distanceWeight;
  private final float controlWeight;
  private final Bodies bodies;
  private final int fingertip;
  private final int target;
  private final Space observationSpace;

  private double distance;
  private float control;

  /** Creates an arm from arguments. */
  Reacher(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index);
    requireModel(2 * JOINTS, 2 * JOINTS);
    distanceWeight = kwargs.number("reward_dist_weight", 1);
    controlWeight = (float) kwargs.number("reward_control_weight", 1);
    bodies = new Bodies(simulations, index);
    fingertip = bodies.find("fingertip");
    target = bodies.find("target");
    observationSpace = unbounded(positions + 6);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, positions, ANGLE_NOISE);
    double x;
    double y;
    do {
      x = random.uniform(-RADIUS, RADIUS);
      y = random.uniform(-RADIUS, RADIUS);
    } while (Math.sqrt(x * x + y * y) >= RADIUS);
    state[positions - 2] = x;
    state[positions - 1] = y;
    addUniform(random, positions, state.length, VELOCITY_NOISE);
    state[state.length - 2] = 0;
    state[state.length - 1] = 0;
  }

  @Override
  double reward(double[] actions, int offset) {
    distance = -bodies.distance(fingertip, target) * distanceWeight;
    control = -FloatSum.ofSquares(actions, offset, simulations.controls()) * controlWeight;
    return distance + control;
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_dist", distance);
    parts.put("reward_ctrl", (double) control);
    return parts;
  }

  @Override
  public Space observationSpace() {
    return observationSpace;
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = offset;
    for (int joint = 0; joint < JOINTS; joint++) {
      out[at + joint] = Math.cos(state[joint]);
      out[at + JOINTS + joint] = Math.sin(state[joint]);
    }
    at += 2 * JOINTS;
    System.arraycopy(state, JOINTS, out, at, positions - JOINTS);
    at += positions - JOINTS;
    System.arraycopy(state, positions, out, at, JOINTS);
    at += JOINTS;
    out[at] = bodies.at(fingertip, 0) - bodies.at(target, 0);
    out[at + 1] = bodies.at(fingertip, 1) - bodies.at(target, 1);
  }
}
