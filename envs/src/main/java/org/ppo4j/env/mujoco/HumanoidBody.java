package org.ppo4j.env.mujoco;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.env.Kwargs;

/**
 * A task of the humanoid. Everything that moves is observed.
 *
 * <pre>
 * Action: Box, float32 [17]                                       min     max
 *   torques: abdomen 3, right hip 3 and knee, left hip 3 and      -0.4    0.4    MuJoCo clips them
 *   knee, right shoulder 2 and elbow, left shoulder 2 and elbow
 *
 * Observation: Box, float64 [348]   unbounded
 *   0-21      height and orientation of the torso, angles of the 17 joints     m, quaternion, rad
 *   22-44     velocities: the torso's, linear and angular, the 17 joints'    m/s, rad/s
 *   45-174    cinert: inertia and mass of each of 13 bodies                    kg m^2, kg m, kg
 *   175-252   cvel: velocity of each, angular and linear                       rad/s, m/s
 *   253-269   qfrc_actuator: forces of the actuators on the joints             N m
 *   270-347   cfrc_ext: torque and force of contacts on each body              N m, N
 *
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to coordinates and
 *          velocities
 *
 * Argument                                      type      default
 *   ctrl_cost_weight                            number    0.1
 *   reset_noise_scale                           number    0.01
 *   exclude_current_positions_from_observation  boolean   true; if false, two more: x and y
 *   include_cinert_in_observation               boolean   true
 *   include_cvel_in_observation                 boolean   true
 *   include_qfrc_actuator_in_observation        boolean   true
 *   include_cfrc_ext_in_observation             boolean   true
 * </pre>
 */
abstract class HumanoidBody extends FreeBody {
  private static final int INERTIA = 10;

  private final double ctrlCostWeight;

  /** The controls, or their squares, {@code [nu]}. */
  private final double[] controls;

  /** Reads the arguments that these tasks share. */
  HumanoidBody(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index, kwargs, 1e-2, observed(simulations, kwargs));
    ctrlCostWeight = kwargs.number("ctrl_cost_weight", 0.1);
    controls = new double[simulations.controls()];
  }

  private static List<Observed> observed(Simulations simulations, Kwargs kwargs) {
    List<Observed> observed = new ArrayList<>();
    if (kwargs.flag("include_cinert_in_observation", true)) {
      observed.add(new Observed(simulations.field("cinert"), INERTIA));
    }
    if (kwargs.flag("include_cvel_in_observation", true)) {
      observed.add(new Observed(simulations.field("cvel"), SPATIAL));
    }
    if (kwargs.flag("include_qfrc_actuator_in_observation", true)) {
      observed.add(new Observed(simulations.field("qfrc_actuator"), FREE_JOINT));
    }
    if (kwargs.flag("include_cfrc_ext_in_observation", true)) {
      observed.add(new Observed(simulations.field("cfrc_ext"), SPATIAL));
    }
    return List.copyOf(observed);
  }

  /** Returns the cost of the simulation's controls, in float64 unlike in other tasks. */
  final double controlCost() {
    simulations.readControls(index, controls);
    return ctrlCostWeight * DoubleSum.ofSquares(controls);
  }

  /** Returns {@code weight} times the sum of squared contact forces, clipped to a range. */
  final double contactCost(double weight, Kwargs.Range range) {
    double cost = weight * contactForces(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    return Math.clamp(cost, range.low(), range.high());
  }
}
