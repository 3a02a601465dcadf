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

  /** Returns whether {@code env} is an Atari game whose observations are frames. */
  static boolean isGame(String env, Map<String, Object> kwargs) {
    boolean isGame =
        (env.startsWith("ALE/") && !env.contains("-ram")) || env.endsWith("NoFrameskip-v4");
    return isGame && "rgb".equals(kwargs.getOrDefault("obs_type", "rgb"));
  }

  static boolean isCarRacing(String env) {
    return env.startsWith("CarRacing-v");
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(map);
  }
}
