package org.ppo4j.env;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.ppo4j.env.classic.CartPole;

/**
 * The native environments by id. They are stepped in this JVM, with Gymnasium's dynamics, ids and
 * arguments.
 *
 * <p>Every environment takes Gymnasium's argument {@code max_episode_steps} beside its own: another
 * time limit, or -1 for none.
 */
public final class Envs {
  private static final String MAX_EPISODE_STEPS = "max_episode_steps";

  private record Entry(int maxEpisodeSteps, Function<Kwargs, Dynamics> factory) {}

  private static final Map<String, Entry> ENTRIES = new ConcurrentHashMap<>();

  static {
    register("CartPole-v0", 200, Envs::cartPole);
    register("CartPole-v1", 500, Envs::cartPole);
  }

  private Envs() {}

  /** Makes {@code numEnvs} sub-environments of {@code id} that are reset in the same step. */
  public static VectorEnv make(String id, int numEnvs) {
    return make(id, numEnvs, Map.of());
  }

  /**
   * Makes {@code numEnvs} sub-environments of {@code id} with arguments {@code kwargs} that are
   * reset in the same step.
   */
  public static VectorEnv make(String id, int numEnvs, Map<String, Object> kwargs) {
    return make(id, numEnvs, kwargs, AutoresetMode.SAME_STEP);
  }

  /**
   * Makes {@code numEnvs} sub-environments of {@code id}. The result is {@link Resumable}.
   *
   * @param kwargs the environment's arguments by name, as values or as text
   * @throws IllegalArgumentException if there is no such id or no such argument, an argument has
   *     the wrong type, or {@code numEnvs} is less than 1; the message names what was probably
   *     meant
   */
  public static VectorEnv make(
      String id, int numEnvs, Map<String, Object> kwargs, AutoresetMode autoresetMode) {
    Entry entry = ENTRIES.get(id);
    if (entry == null) {
      throw new IllegalArgumentException(
          "there is no native environment %s%s (there are %s)"
              .formatted(id, NearMatches.question(id, ids()), String.join(", ", ids())));
    }
    if (numEnvs < 1) {
      throw new IllegalArgumentException(
          "%s needs at least 1 sub-environment, but numEnvs is %d".formatted(id, numEnvs));
    }
    Kwargs arguments = new Kwargs(id, kwargs);
    int maxEpisodeSteps = maxEpisodeSteps(id, arguments, entry.maxEpisodeSteps());
    List<Dynamics> dynamics = new ArrayList<>(numEnvs);
    for (int i = 0; i < numEnvs; i++) {
      dynamics.add(entry.factory().apply(arguments));
    }
    arguments.refuseUnread();
    Dynamics first = dynamics.getFirst();
    EnvSpec spec =
        new EnvSpec(
            id, first.observationSpace(), first.actionSpace(), maxEpisodeSteps, kwargs, Map.of());
    return new NativeVectorEnv(spec, dynamics, autoresetMode);
  }

  /**
   * Makes an environment known under {@code id}.
   *
   * @param maxEpisodeSteps the number of steps after which an episode is truncated; 0 for never
   * @param factory makes a new {@link Dynamics} at every call from the arguments it reads
   * @throws IllegalArgumentException if {@code id} is blank or taken or {@code maxEpisodeSteps} is
   *     negative
   */
  public static void register(String id, int maxEpisodeSteps, Function<Kwargs, Dynamics> factory) {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an environment's id must not be blank");
    }
    if (maxEpisodeSteps < 0) {
      throw new IllegalArgumentException(
          "%s: maxEpisodeSteps must not be negative, but is %d".formatted(id, maxEpisodeSteps));
    }
    if (ENTRIES.putIfAbsent(id, new Entry(maxEpisodeSteps, factory)) != null) {
      throw new IllegalArgumentException(
          "there is a native environment %s already; choose another id".formatted(id));
    }
  }

  /** Returns the ids of all native environments, a copy. */
  public static SortedSet<String> ids() {
    return new TreeSet<>(ENTRIES.keySet());
  }

  /** Returns whether {@code id} is a native environment. */
  public static boolean isNative(String id) {
    return ENTRIES.containsKey(id);
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

  private static Dynamics cartPole(Kwargs kwargs) {
    return new CartPole(kwargs.flag("sutton_barto_reward", false));
  }
}
