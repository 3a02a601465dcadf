package org.ppo4j.app;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The wrappers that published results of known environments were obtained with. */
final class KnownWrappers {
  /** Those of CleanRL's {@code ppo_atari.py}, details 14 to 20 of the 37. */
  static final Map<String, Object> ATARI =
      ordered(
          "noop_max", 30,
          "frame_skip", 4,
          "frame_max", true,
          "episodic_life", true,
          "fire_reset", true,
          "reward_sign", true,
          "resize", List.of(84, 84),
          "grayscale", true,
          "frame_stack", 4);

  /** Those of RL Baselines3 Zoo, {@code hyperparams/ppo.yml}. */
  static final Map<String, Object> CAR_RACING =
      ordered("frame_skip", 2, "resize", List.of(64, 64), "grayscale", true, "frame_stack", 2);

  private KnownWrappers() {}

  /**
   * Returns the usual wrappers of {@code env}; none if it is not known. A game whose actions are
   * continuous has none of those that send a discrete action.
   *
   * @param kwargs the arguments that it is made with
   */
  static Map<String, Object> of(String env, Map<String, Object> kwargs) {
    if (isCarRacing(env)) {
      return CAR_RACING;
    }
    if (!isGame(env, kwargs)) {
      return Map.of();
    }
    Map<String, Object> game = new LinkedHashMap<>(ATARI);
    if (Boolean.TRUE.equals(kwargs.get("continuous"))) {
      game.keySet().removeAll(List.of("noop_max", "episodic_life", "fire_reset"));
    }
    return game;
  }

  /** Returns whether {@code env} is an Atari game whose observations are frames. */
  private static boolean isGame(String env, Map<String, Object> kwargs) {
    String name = name(env);
    boolean isGame =
        (skipsFrames(env) && !name.contains("-ram")) || name.matches(".*NoFrameskip-v[04]");
    return isGame && "rgb".equals(kwargs.getOrDefault("obs_type", "rgb"));
  }

  /** Returns whether {@code env} is an Atari game that repeats actions by itself. */
  static boolean skipsFrames(String env) {
    return name(env).startsWith("ALE/");
  }

  private static boolean isCarRacing(String env) {
    return name(env).startsWith("CarRacing-v");
  }

  /** Returns an id without the module that registers it. */
  private static String name(String env) {
    return env.substring(env.lastIndexOf(':') + 1);
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(map);
  }
}
