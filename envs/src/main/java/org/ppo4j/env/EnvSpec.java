package org.ppo4j.env;

import java.util.Map;

/**
 * What an environment is, before any of it is stepped.
 *
 * @param id the environment's id, such as {@code CartPole-v1}
 * @param observationSpace the space of one sub-environment's observation
 * @param actionSpace the space of one sub-environment's action
 * @param maxEpisodeSteps the number of steps after which an episode is truncated; 0 where there is
 *     no limit or it is not known
 * @param kwargs the arguments the environment was made with, by name
 * @param versions the versions of what steps it, by name ({@code gymnasium}, {@code mujoco}, ...)
 */
public record EnvSpec(
    String id,
    Space observationSpace,
    Space actionSpace,
    int maxEpisodeSteps,
    Map<String, Object> kwargs,
    Map<String, String> versions) {
  public EnvSpec {
    kwargs = Map.copyOf(kwargs);
    versions = Map.copyOf(versions);
    if (maxEpisodeSteps < 0) {
      throw new IllegalArgumentException(
          "maxEpisodeSteps must not be negative, but is " + maxEpisodeSteps);
    }
  }
}
