package org.ppo4j.env;

import java.util.List;
import java.util.Map;

/**
 * The {@link Dynamics} of all sub-environments of one {@link VectorEnv}. Environments implement it
 * if their sub-environments share something, such as native memory, or advance their physics in one
 * call.
 *
 * <p>Environments whose sub-environments share nothing do not need it: {@link Envs#register} takes
 * a factory of single {@code Dynamics} and wraps them with {@link #of}.
 */
public interface Ensemble {

  /** Returns the members, one for each sub-environment; every call returns the same ones. */
  List<? extends Dynamics> members();

  /**
   * Performs the part of a step that the members have in common; does nothing by default. {@link
   * Dynamics#step} of each member that is not resting is called afterwards, with the same actions.
   *
   * @param actions the actions, already checked, {@code [N, A]}; owned by the caller
   * @param resting whether a member is left out of this step because its episode has ended, {@code
   *     [N]}; owned by the caller
   */
  default void advance(double[] actions, boolean[] resting) {}

  /**
   * Returns the versions of the software that steps the members, by name, for {@link
   * EnvSpec#versions}; empty by default.
   */
  default Map<String, String> versions() {
    return Map.of();
  }

  /**
   * Releases what the members share; does nothing by default. It is called exactly once, after
   * {@link Dynamics#close} of every member, and is the last call.
   */
  default void close() {}

  /** Returns an ensemble of members that share nothing. */
  static Ensemble of(List<? extends Dynamics> members) {
    return () -> members;
  }
}
