package org.ppo4j.env;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The native environments by id. They are stepped in this JVM; the built-in ones have Gymnasium's
 * dynamics, ids and arguments.
 *
 * <p>The native environments are those of every {@link EnvProvider}, which are loaded when this
 * class is first used, and those that the program has {@linkplain #register registered}. In
 * addition to its own arguments, every environment takes Gymnasium's argument {@code
 * max_episode_steps}, which replaces the time limit; -1 means no limit.
 */
public final class Envs {
  private static final String MAX_EPISODE_STEPS = "max_episode_steps";

  private static @Nullable EnvRegistry registry;

  private Envs() {}

  /**
   * Makes {@code numEnvs} sub-environments of {@code id} with default arguments and {@link
   * AutoresetMode#SAME_STEP}.
   *
   * @throws IllegalArgumentException if there is no such id or {@code numEnvs} is less than 1
   * @throws EnvException if an {@link EnvProvider} cannot be used, or if something that the
   *     environment needs is not available
   */
  public static VectorEnv make(String id, int numEnvs) {
    return make(id, numEnvs, Map.of());
  }

  /**
   * Makes {@code numEnvs} sub-environments of {@code id} with {@link AutoresetMode#SAME_STEP}.
   *
   * @param kwargs the environment's arguments by name, as values or as text
   * @throws IllegalArgumentException as {@link #make(String, int, Map, AutoresetMode)} does
   * @throws EnvException as {@link #make(String, int, Map, AutoresetMode)} does
   */
  public static VectorEnv make(String id, int numEnvs, Map<String, Object> kwargs) {
    return make(id, numEnvs, kwargs, AutoresetMode.SAME_STEP);
  }

  /**
   * Makes {@code numEnvs} sub-environments of {@code id}. The result is {@link Resumable}.
   *
   * @param kwargs the environment's arguments by name, as values or as text
   * @param autoresetMode when sub-environments whose episode ended are reset
   * @throws IllegalArgumentException if there is no such id or no such argument, if an argument has
   *     the wrong type, or if {@code numEnvs} is less than 1; the message suggests similar names
   * @throws EnvException if an {@link EnvProvider} cannot be used, or if something that the
   *     environment needs is not available
   */
  public static VectorEnv make(
      String id, int numEnvs, Map<String, Object> kwargs, AutoresetMode autoresetMode) {
    EnvDefinition definition = registry().definition(id);
    if (numEnvs < 1) {
      throw new IllegalArgumentException(
          "%s needs at least 1 sub-environment, but numEnvs is %d".formatted(id, numEnvs));
    }
    Kwargs arguments = new Kwargs(id, kwargs);
    int maxEpisodeSteps = maxEpisodeSteps(id, arguments, definition.maxEpisodeSteps());
    Ensemble ensemble = definition.factory().make(arguments, numEnvs);
    try {
      arguments.refuseUnread();
      Dynamics first = ensemble.members().getFirst();
      Map<String, String> versions = new HashMap<>(ensemble.versions());
      versions.put("ppo4j-envs", ModuleVersion.VALUE);
      EnvSpec spec =
          new EnvSpec(
                  id,
                  first.observationSpace(),
                  first.actionSpace(),
                  maxEpisodeSteps,
                  kwargs,
                  versions)
              .withMasksActions(first.masksActions())
              .withCriticOnly(first.criticOnly());
      return new NativeVectorEnv(spec, ensemble, autoresetMode);
    } catch (RuntimeException | Error e) {
      ensemble.members().forEach(Dynamics::close);
      ensemble.close();
      throw e;
    }
  }

  /**
   * Registers an environment under {@code id}.
   *
   * @param maxEpisodeSteps the number of steps after which an episode is truncated; 0 for never
   * @param factory returns a new {@link Dynamics} on every call, made from the arguments it reads
   * @throws IllegalArgumentException if {@code id} is blank or already taken, or if {@code
   *     maxEpisodeSteps} is negative
   */
  public static void register(
      String id, int maxEpisodeSteps, Function<Kwargs, ? extends Dynamics> factory) {
    registry().add(new EnvDefinition(id, maxEpisodeSteps, factory));
  }

  /** Returns a copy of the set of all ids. */
  public static SortedSet<String> ids() {
    return registry().ids();
  }

  /** Returns whether {@code id} is the id of a native environment. */
  public static boolean isNative(String id) {
    return registry().contains(id);
  }

  /**
   * Returns whether {@code id} can be made without a download. If not, making it for the first time
   * downloads a library, which is then kept.
   *
   * @throws IllegalArgumentException if there is no such id
   */
  public static boolean isReady(String id) {
    return registry().definition(id).factory().isReady();
  }

  private static synchronized EnvRegistry registry() {
    if (registry == null) {
      registry = new EnvRegistry(Envs.class.getClassLoader());
    }
    return registry;
  }

  private static int maxEpisodeSteps(String id, Kwargs kwargs, int registered) {
    int steps = kwargs.integer(MAX_EPISODE_STEPS, registered == 0 ? -1 : registered);
    if (steps < -1 || steps == 0) {
      throw new IllegalArgumentException(
          "%s: the argument %s must be positive, or -1 for no limit, but is %d"
              .formatted(id, MAX_EPISODE_STEPS, steps));
    }
    return Math.max(steps, 0);
  }
}
