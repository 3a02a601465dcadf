package org.ppo4j.env.mujoco;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the tasks' own arguments, by which a mistyped argument is rejected before the
 * library is downloaded. A task reads its arguments when it is created, which requires a model;
 * once the models are available, this table is not used. A test checks it against what the tasks
 * read.
 */
final class ArgumentNames {
  private static final String[] RUNNING = {
    "forward_reward_weight",
    "ctrl_cost_weight",
    "reset_noise_scale",
    "exclude_current_positions_from_observation"
  };
  private static final String[] HEALTHY = {
    "healthy_reward", "terminate_when_unhealthy", "healthy_z_range"
  };
  private static final String[] HUMANOID = {
    "include_cinert_in_observation",
    "include_cvel_in_observation",
    "include_qfrc_actuator_in_observation",
    "include_cfrc_ext_in_observation"
  };

  /** The names, by the part of an id before the version. */
  private static final Map<String, Set<String>> NAMES = new HashMap<>();

  static {
    put("HalfCheetah", RUNNING);
    put("Hopper", RUNNING, HEALTHY, new String[] {"healthy_state_range", "healthy_angle_range"});
    put("Walker2d", RUNNING, HEALTHY, new String[] {"healthy_angle_range"});
    put("Swimmer", RUNNING);
    put(
        "Ant",
        RUNNING,
        HEALTHY,
        new String[] {
          "contact_cost_weight",
          "contact_force_range",
          "main_body",
          "include_cfrc_ext_in_observation"
        });
    put(
        "Humanoid",
        RUNNING,
        HEALTHY,
        HUMANOID,
        new String[] {"contact_cost_weight", "contact_cost_range"});
    put(
        "HumanoidStandup",
        HUMANOID,
        new String[] {
          "uph_cost_weight",
          "ctrl_cost_weight",
          "impact_cost_weight",
          "impact_cost_range",
          "reset_noise_scale",
          "exclude_current_positions_from_observation"
        });
    put("InvertedPendulum", new String[] {"reset_noise_scale"});
    put("InvertedDoublePendulum", new String[] {"healthy_reward", "reset_noise_scale"});
    put(
        "Pusher",
        new String[] {"reward_near_weight", "reward_dist_weight", "reward_control_weight"});
    put("Reacher", new String[] {"reward_dist_weight", "reward_control_weight"});
  }

  private ArgumentNames() {}

  private static void put(String task, String[]... groups) {
    Set<String> names = new TreeSet<>();
    for (String[] group : groups) {
      names.addAll(Set.of(group));
    }
    NAMES.put(task, names);
  }

  /** Returns the names of the arguments of the task {@code id}, without those of all tasks. */
  static Set<String> of(String id) {
    String task = id.substring(id.indexOf('/') + 1, id.lastIndexOf("-v"));
    return NAMES.getOrDefault(task.replace("NoVelocity", ""), Set.of());
  }
}
