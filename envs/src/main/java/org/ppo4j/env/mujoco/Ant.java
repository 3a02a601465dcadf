package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;

/**
 * Gymnasium's Ant: a torso on four legs. The task is to run forward without falling.
 *
 * <pre>
 * Action: Box, float32 [8]                                        min    max
 *   torques on hip and ankle: right back, left front, right       -1     1     MuJoCo clips them
 *   front and left back leg
 *
 * Observation: Box, float64 [105]   unbounded
 *   0-12     height and orientation of the torso, angles of the eight joints   m, quaternion, rad
 *   13-26    velocities: the torso's, straight and turning, the eight joints'  m/s, rad/s
 *   27-104   torque and force of contacts on each of 13 bodies, clipped        N m, N
 *
 * Reward   forward_reward_weight times the speed of main_body along the first axis, and
 *          healthy_reward if the new state is healthy, minus ctrl_cost_weight times the sum of
 *          squares of the action, minus contact_cost_weight times the sum of squares of the clipped
 *          contact forces. The position of main_body lags by one time step of the model
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to the coordinates, normal
 *          noise of that deviation added to the velocities
 * End      terminated if the state is not healthy; truncated after 1000 steps
 *
 * Argument                                      type      default
 *   forward_reward_weight                       number    1
 *   ctrl_cost_weight                            number    0.5
 *   contact_cost_weight                         number    0.0005
 *   healthy_reward                              number    1
 *   main_body                                   text      1, a body's name or number
 *   terminate_when_unhealthy                    boolean   true
 *   healthy_z_range                             range     (0.2, 1), the height; ends included
 *   contact_force_range                         range     (-1, 1)
 *   reset_noise_scale                           number    0.1
 *   exclude_current_positions_from_observation  boolean   true; if false, two more: x and y
 *   include_cfrc_ext_in_observation             boolean   true; if false, no contact forces
 * </pre>
 */
final class Ant extends FreeBody {
  private final double forwardRewardWeight;
  private final float ctrlCostWeight;
  private final double contactCostWeight;
  private final double healthyReward;
  private final boolean terminateWhenUnhealthy;
  private final Kwargs.Range healthyHeight;
  private final Kwargs.Range contactForceRange;
  private final Bodies bodies;
  private final int mainBody;

  private double x;
  private double forward;
  private double survival;
  private float control;
  private double contact;

  /** Creates an ant from arguments. */
  Ant(Simulations simulations, int index, Kwargs kwargs) {
    Kwargs.Range clip = kwargs.range("contact_force_range", -1, 1);
    super(simulations, index, kwargs, 0.1, observed(simulations, kwargs, clip));
    contactForceRange = clip;
    forwardRewardWeight = kwargs.number("forward_reward_weight", 1);
    ctrlCostWeight = (float) kwargs.number("ctrl_cost_weight", 0.5);
    contactCostWeight = kwargs.number("contact_cost_weight", 5e-4);
    healthyReward = kwargs.number("healthy_reward", 1);
    terminateWhenUnhealthy = kwargs.flag("terminate_when_unhealthy", true);
    healthyHeight = kwargs.range("healthy_z_range", 0.2, 1);
    bodies = new Bodies(simulations, index);
    mainBody = bodies.find(kwargs.word("main_body", "1"));
  }

  private static List<Observed> observed(
      Simulations simulations, Kwargs kwargs, Kwargs.Range clip) {
    return kwargs.flag("include_cfrc_ext_in_observation", true)
        ? List.of(new Observed(simulations.field("cfrc_ext"), SPATIAL, clip))
        : List.of();
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, positions, resetNoiseScale);
    addNormal(random, positions, state.length, resetNoiseScale);
  }

  @Override
  void begin() {
    x = bodies.at(mainBody, 0);
  }

  @Override
  double reward(double[] actions, int offset) {
    double before = x;
    x = bodies.at(mainBody, 0);
    forward = (x - before) / simulations.secondsPerStep() * forwardRewardWeight;
    survival = isHealthy() ? healthyReward : 0;
    control = ctrlCostWeight * FloatSum.ofSquares(actions, offset, simulations.controls());
    contact = contactCostWeight * contactForces(contactForceRange.low(), contactForceRange.high());
    return forward + survival - (control + contact);
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_forward", forward);
    parts.put("reward_ctrl", (double) -control);
    parts.put("reward_contact", -contact);
    parts.put("reward_survive", survival);
    return parts;
  }

  @Override
  public boolean terminated() {
    return terminateWhenUnhealthy && !isHealthy();
  }

  private boolean isHealthy() {
    for (double number : state) {
      if (!Double.isFinite(number)) {
        return false;
      }
    }
    return healthyHeight.low() <= state[HEIGHT] && state[HEIGHT] <= healthyHeight.high();
  }
}
