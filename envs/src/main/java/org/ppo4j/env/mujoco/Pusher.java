package org.ppo4j.env.mujoco;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's Pusher: an arm with a shoulder, an elbow and a wrist. The task is to push a cylinder
 * to a goal.
 *
 * <pre>
 * Action: Box, float32 [7]                         min    max
 *   torques on shoulder 3, elbow 2 and wrist 2     -2     2     MuJoCo clips them
 *
 * Observation: Box, float64 [23]                   unbounded
 *   0-6     angles of the seven joints             rad
 *   7-13    their velocities                       rad/s
 *   14-22   positions of fingertip, cylinder and goal   m
 *
 * Reward   the negative of the sum of: reward_dist_weight times the distance from cylinder to goal,
 *          reward_near_weight times the distance from fingertip to cylinder, and
 *          reward_control_weight times the sum of squares of the action. Positions lag by one time
 *          step of the model
 * Start    the arm is stretched out, its velocities are uniform in [-0.005, 0.005); the cylinder is at
 *          rest, uniform on the points more than 0.17 from the goal, at most 0.2 to a side of it and
 *          at most 0.3 in front of it
 * End      never terminated; truncated after 100 steps
 *
 * Argument                  type     default
 *   reward_near_weight      number   0.5
 *   reward_dist_weight      number   1
 *   reward_control_weight   number   0.1
 * </pre>
 */
final class Pusher extends MujocoTask {
  private static final int JOINTS = 7;
  private static final int AXES = 3;

  /** The number of last coordinates: two of the cylinder, then two of the goal. */
  private static final int PLACES = 4;

  private static final double VELOCITY_NOISE = 0.005;
  private static final double MIN_DISTANCE = 0.17;

  private final double nearWeight;
  private final double distanceWeight;
  private final float controlWeight;
  private final Bodies bodies;
  private final int fingertip;
  private final int cylinder;
  private final int goal;
  private final Space observationSpace;

  private double near;
  private double distance;
  private float control;

  /** Creates an arm from arguments. */
  Pusher(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index);
    requireModel(JOINTS + PLACES, JOINTS + PLACES);
    nearWeight = kwargs.number("reward_near_weight", 0.5);
    distanceWeight = kwargs.number("reward_dist_weight", 1);
    controlWeight = (float) kwargs.number("reward_control_weight", 0.1);
    bodies = new Bodies(simulations, index);
    fingertip = bodies.find("tips_arm");
    cylinder = bodies.find("object");
    goal = bodies.find("goal");
    observationSpace = unbounded(2 * JOINTS + 3 * AXES);
  }

  @Override
  void perturb(NumpyRandom random) {
    double x;
    double y;
    do {
      x = random.uniform(-0.3, 0);
      y = random.uniform(-0.2, 0.2);
    } while (Math.sqrt(x * x + y * y) <= MIN_DISTANCE);
    state[positions - PLACES] = x;
    state[positions - PLACES + 1] = y;
    state[positions - 2] = 0;
    state[positions - 1] = 0;
    addUniform(random, positions, state.length, VELOCITY_NOISE);
    Arrays.fill(state, state.length - PLACES, state.length, 0);
  }

  @Override
  double reward(double[] actions, int offset) {
    near = -bodies.distance(cylinder, fingertip) * nearWeight;
    distance = -bodies.distance(cylinder, goal) * distanceWeight;
    control = -FloatSum.ofSquares(actions, offset, simulations.controls()) * controlWeight;
    return distance + control + near;
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_dist", distance);
    parts.put("reward_ctrl", (double) control);
    parts.put("reward_near", near);
    return parts;
  }

  @Override
  public Space observationSpace() {
    return observationSpace;
  }

  @Override
  public void observe(double[] out, int offset) {
    System.arraycopy(state, 0, out, offset, JOINTS);
    System.arraycopy(state, positions, out, offset + JOINTS, JOINTS);
    int at = offset + 2 * JOINTS;
    bodies.read(fingertip, out, at);
    bodies.read(cylinder, out, at + AXES);
    bodies.read(goal, out, at + 2 * AXES);
  }
}
