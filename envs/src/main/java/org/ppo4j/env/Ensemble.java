package org.ppo4j.env;

import java.util.List;
import java.util.Map;

/**
 * The {@link Dynamics} of all sub-environments of one {@link VectorEnv}, for those that do
 * something for all of them at once: share native memory, or advance their physics in one call.
 *
 * <p>Where sub-environments have nothing in common, {@link #of} is all there is to it, and {@code
 * Envs.register} with a factory of one {@code Dynamics} uses that.
 */
public interface Ensemble {

  /** Returns the members, one for each sub-environment; the same at every call. */
  List<? extends Dynamics> members();

  /**
   * Does for all members at once what a step has in common, before {@link Dynamics#step} of each
   * member that does not rest is called with the same actions; nothing by default.
   *
   * @param actions the actions, already checked, {@code [N, A]}; owned by the caller
   * @param resting whether a member is left out of this step, because its episode is over, {@code
   *     [N]}; owned by the caller
   */
  default void advance(double[] actions, boolean[] resting) {}

  /** Returns the versions of what steps the members, by name, for {@link EnvSpec#versions}. */
  default Map<String, String> versions() {
    return Map.of();
  }

  /**
   * Releases what the members share; nothing by default. It is called once, after {@link
   * Dynamics#close} of every member, and no other call follows.
   */
  default void close() {}

  /** Returns an ensemble of members that share nothing. */
  static Ensemble of(List<? extends Dynamics> members) {
    return () -> members;
  }
}
