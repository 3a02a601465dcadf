package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;

/**
 * Gymnasium's Humanoid: a human figure. The task is to run forward without falling.
 *
 * <pre>
 * Reward   forward_reward_weight times the speed of the centre of mass along the first axis, plus
 *          healthy_reward if the new state is healthy, minus ctrl_cost_weight times the sum of
 *          squares of the controls, minus contact_cost_weight times the sum of squares of the contact
 *          forces, clipped to contact_cost_range. The centre of mass lags by one time step of the
 *          model
 * End      terminated if the state is not healthy; truncated after 1000 steps
 *
 * Argument                     type      default; see also {@link HumanoidBody}
 *   forward_reward_weight      number    1.25
 *   contact_cost_weight        number    0.0000005
 *   contact_cost_range         range     (-inf, 10)
 *   healthy_reward             number    5
 *   terminate_when_unhealthy   boolean   true
 *   healthy_z_range            range     (1, 2), the height; ends not included
 * </pre>
 */
final class Humanoid extends HumanoidBody {
  private static final int AXES = 3;

  private final double forwardRewardWeight;
  private final double contactCostWeight;
  private final Kwargs.Range contactCostRange;
  private final double healthyReward;
  private final boolean terminateWhenUnhealthy;
  private final Kwargs.Range healthyHeight;

  /** The centre of mass of each body. */
  private final Field centres;

  /** The mass of each body in kg, {@code [nbody]}; shared by all simulations. */
  private final double[] masses;

  private final double mass;

  private double x;
  private double forward;
  private double survival;
  private double control;
  private double contact;

  /** Creates a humanoid from arguments. */
  Humanoid(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index, kwargs);
    forwardRewardWeight = kwargs.number("forward_reward_weight", 1.25);
    contactCostWeight = kwargs.number("contact_cost_weight", 5e-7);
    contactCostRange = kwargs.range("contact_cost_range", Double.NEGATIVE_INFINITY, 10);
    healthyReward = kwargs.number("healthy_reward", 5);
    terminateWhenUnhealthy = kwargs.flag("terminate_when_unhealthy", true);
    healthyHeight = kwargs.range("healthy_z_range", 1, 2);
    centres = simulations.field("xipos");
    masses = simulations.bodyMasses();
    mass = DoubleSum.of(masses, 0, masses.length);
  }

  @Override
  void begin() {
    x = centreOfMass();
  }

  @Override
  double reward(double[] actions, int offset) {
    double before = x;
    x = centreOfMass();
    forward = forwardRewardWeight * ((x - before) / simulations.secondsPerStep());
    survival = isHealthy() ? healthyReward : 0;
    control = controlCost();
    contact = contactCost(contactCostWeight, contactCostRange);
    return forward + survival - (control + contact);
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_survive", survival);
    parts.put("reward_forward", forward);
    parts.put("reward_ctrl", -control);
    parts.put("reward_contact", -contact);
    return parts;
  }

  @Override
  public boolean terminated() {
    return terminateWhenUnhealthy && !isHealthy();
  }

  private boolean isHealthy() {
    return healthyHeight.low() < state[HEIGHT] && state[HEIGHT] < healthyHeight.high();
  }

  /** Returns the coordinate of the centre of mass along the first axis. */
  private double centreOfMass() {
    double sum = 0;
    for (int body = 0; body < masses.length; body++) {
      sum += masses[body] * centres.at(index, AXES * body);
    }
    return sum / mass;
  }
}
