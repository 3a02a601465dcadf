package org.ppo4j.agent.environment;

import java.util.Map;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.env.VectorEnv;

/**
 * Makes environments that are not written in Java. Providers are found by {@link
 * java.util.ServiceLoader}.
 */
public interface EnvironmentProvider {

  /**
   * Makes {@code numEnvs} sub-environments of {@code id}, with autoreset SAME_STEP.
   *
   * @param kwargs the environment's arguments, by name
   * @throws org.ppo4j.env.EnvException if there is no such environment or it cannot be made
   */
  VectorEnv make(String id, Map<String, Object> kwargs, int numEnvs);

  /**
   * As above, for a training with {@code seed}.
   *
   * @param seed the seed of what chance there is before the first reset, which seeds the
   *     environments
   */
  default VectorEnv make(String id, Map<String, Object> kwargs, int numEnvs, long seed) {
    return make(id, kwargs, numEnvs);
  }

  /**
   * As above, with masks of actions.
   *
   * @param masks where environments say which actions are valid
   * @throws org.ppo4j.env.EnvException also if there are none there
   */
  default VectorEnv make(
      String id, Map<String, Object> kwargs, int numEnvs, long seed, ActionMasks masks) {
    return make(id, kwargs, numEnvs, seed);
  }
}
