package org.ppo4j.app.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;

/**
 * What is to be trained, and so what the machine needs.
 *
 * @param env the environment's id; null for nothing in particular, which needs Java alone
 */
public record Task(@Nullable String env) {
  /** What the ids of ppo4j's own variants of tasks start with. */
  private static final String OURS = "ppo4j/";

  private static final List<String> BOX2D = List.of("LunarLander", "BipedalWalker", "CarRacing");
  private static final List<String> MUJOCO =
      List.of(
          "Ant",
          "HalfCheetah",
          "Hopper",
          "Humanoid",
          "InvertedDoublePendulum",
          "InvertedPendulum",
          "Pusher",
          "Reacher",
          "Swimmer",
          "Walker2d");

  /** Returns whether the environment is written in Java. */
  public boolean isNative() {
    return env != null && Envs.isNative(env);
  }

  boolean needsPython() {
    return env != null && !isNative();
  }

  /** Returns whether a native environment needs MuJoCo's library. */
  boolean needsMujocoLibrary() {
    return isNative() && startsWith(MUJOCO);
  }

  /** Returns whether it needs a package of Python, by the name that Python imports. */
  boolean needsPackage(String name) {
    return switch (name) {
      case "gymnasium", "numpy", "py4j" -> needsPython();
      case "Box2D", "pygame" -> needsPython() && startsWith(BOX2D);
      case "mujoco" -> needsPython() && startsWith(MUJOCO);
      case "ale_py" -> needsPython() && startsWith(List.of("ALE/"));
      case "cv2" -> needsPython() && startsWith(List.of("ALE/", "CarRacing"));
      default -> false;
    };
  }

  /** Returns the module before the colon of {@code module:Id}; empty if there is none. */
  String module() {
    return env != null && env.contains(":") ? env.substring(0, env.indexOf(':')) : "";
  }

  /**
   * Returns whether the native environment can be made without a download.
   *
   * @throws EnvException if the library that the user names is not there
   */
  public boolean isReady() {
    return env != null && Envs.isReady(env);
  }

  private boolean startsWith(List<String> names) {
    String task = env != null && env.startsWith(OURS) ? env.substring(OURS.length()) : env;
    return task != null && names.stream().anyMatch(task::startsWith);
  }
}
