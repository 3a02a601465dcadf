package org.ppo4j.agent.environment;

import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.internal.NearMatches;

/** Makes environments by id. */
public final class Environments {
  private Environments() {}

  /** Returns what steps the environment of that id by default: Java if there is a native one. */
  public static Backend backend(String id) {
    return Envs.isNative(id) ? Backend.NATIVE : Backend.PYTHON;
  }

  /** Makes sub-environments with masks of actions wherever they are found, as below. */
  public static VectorEnv make(
      String id, Map<String, Object> kwargs, @Nullable Backend backend, int numEnvs, long seed) {
    return make(id, kwargs, backend, numEnvs, seed, ActionMasks.AUTO);
  }

  /**
   * Makes {@code numEnvs} sub-environments of {@code id}.
   *
   * @param kwargs the environment's arguments, by name
   * @param backend what steps them; null for the default
   * @param seed the training's seed, for the chance there is before the first reset
   * @param masks where environments that are not written in Java say which actions are valid
   * @throws IllegalArgumentException if no artifact on the class path makes such environments, or
   *     only a program can make them
   * @throws org.ppo4j.env.EnvException if it cannot be made
   */
  public static VectorEnv make(
      String id,
      Map<String, Object> kwargs,
      @Nullable Backend backend,
      int numEnvs,
      long seed,
      ActionMasks masks) {
    return switch (backend == null ? backend(id) : backend) {
      case NATIVE -> Envs.make(id, numEnvs, kwargs);
      case PYTHON -> provider(id).make(id, kwargs, numEnvs, seed, masks);
      case PROGRAM ->
          throw new IllegalArgumentException(
              "%s was made by a program, which must make it again: pass a factory to environments(...)"
                  .formatted(id));
    };
  }

  private static EnvironmentProvider provider(String id) {
    return ServiceLoader.load(EnvironmentProvider.class)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(notNative(id)));
  }

  private static String notNative(String id) {
    String near = NearMatches.question(id, Envs.ids());
    return ("%s is not among the environments written in Java, which Envs.ids() returns%s"
            + " Environments of Gymnasium need the artifact ppo4j-gymnasium on the class path")
        .formatted(id, near.isEmpty() ? "." : near);
  }
}
