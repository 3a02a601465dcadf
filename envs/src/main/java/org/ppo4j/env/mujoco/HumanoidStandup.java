package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;

/**
 * Gymnasium's HumanoidStandup: a human figure lies on its back. The task is to stand up.
 *
 * <pre>
 * Reward   the height of the torso divided by the model's time step, plus 1, minus ctrl_cost_weight
 *          times the sum of squares of the controls, minus impact_cost_weight times the sum of
 *          squares of the contact forces, clipped to impact_cost_range
 * End      never terminated; truncated after 1000 steps
 *
 * Argument               type     default; see also {@link HumanoidBody}
 *   uph_cost_weight      number   1; has no effect, as in Gymnasium
 *   impact_cost_weight   number   0.0000005
 *   impact_cost_range    range    (-inf, 10)
 * </pre>
 */
final class HumanoidStandup extends HumanoidBody {
  private final double impactCostWeight;
  private final Kwargs.Range impactCostRange;

  private double height;
  private double control;
  private double impact;

  /** Creates a humanoid from arguments. */
  HumanoidStandup(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index, kwargs);
    double _ = kwargs.number("uph_cost_weight", 1);
    impactCostWeight = kwargs.number("impact_cost_weight", 5e-7);
    impactCostRange = kwargs.range("impact_cost_range", Double.NEGATIVE_INFINITY, 10);
  }

  @Override
  double reward(double[] actions, int offset) {
    height = state[HEIGHT] / simulations.timestep();
    control = controlCost();
    impact = contactCost(impactCostWeight, impactCostRange);
    return height - control - impact + 1;
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_linup", height);
    parts.put("reward_quadctrl", -control);
    parts.put("reward_impact", -impact);
    return parts;
  }
}
