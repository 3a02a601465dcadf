package org.ppo4j.app.doctor;

import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;

/** MuJoCo's library, which native environments load. */
final class MujocoChecks {
  private static final String NAME = "MuJoCo";
  private static final String EXAMPLE = "HalfCheetah-v5";

  private MujocoChecks() {}

  /** Returns whether the task can be made without a download. */
  static boolean isReady(Task task) {
    try {
      return task.isReady();
    } catch (EnvException e) {
      return false;
    }
  }

  static Finding library(Task task) {
    boolean needed = task.needsMujocoLibrary();
    String env = needed && task.env() != null ? task.env() : EXAMPLE;
    try {
      if (!Envs.isReady(env)) {
        return Finding.note(
            NAME,
            "not fetched yet; the first training of a native MuJoCo environment fetches it with pip",
            "./ppo4j train %s --total-timesteps 1e4".formatted(env));
      }
      try (var made = Envs.make(env, 1)) {
        return Finding.ok(NAME, made.spec().versions().getOrDefault("mujoco", ""));
      }
    } catch (RuntimeException e) { // a foreign library fails in many ways
      return Finding.unless(
          needed,
          NAME,
          String.valueOf(e.getMessage()),
          "unset PPO4J_MUJOCO_HOME, or delete the folder ppo4j in the cache, to fetch it again");
    }
  }
}
