package org.ppo4j.env;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of an environment.
 *
 * @param id the environment's id, such as {@code CartPole-v1}
 * @param observationSpace the space of the observations of one sub-environment
 * @param actionSpace the space of the actions of one sub-environment
 * @param maxEpisodeSteps the number of steps after which an episode is truncated; 0 if there is no
 *     limit or if it is unknown
 * @param kwargs the arguments the environment was made with, by name
 * @param versions the versions of the software that steps it, by name ({@code gymnasium}, {@code
 *     mujoco}, ...)
 * @param parts the names and sizes of the parts that the observations and actions are put together
 *     from, in order ({@code observation place[2]}); empty if they have none
 * @param masksActions whether a {@link StepBatch} says which actions are valid
 * @param criticOnly how many numbers at the end of an observation are for critics only: the policy
 *     does not see them
 */
public record EnvSpec(
    String id,
    Space observationSpace,
    Space actionSpace,
    int maxEpisodeSteps,
    Map<String, Object> kwargs,
    Map<String, String> versions,
    List<String> parts,
    boolean masksActions,
    int criticOnly) {

  /**
   * Creates a description; maps and list are copied.
   *
   * @throws IllegalArgumentException if {@code maxEpisodeSteps} is negative, or critics alone see
   *     all numbers of an observation or numbers of an image
   */
  public EnvSpec {
    kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    versions = Map.copyOf(versions);
    parts = List.copyOf(parts);
    if (maxEpisodeSteps < 0) {
      throw new IllegalArgumentException(
          "maxEpisodeSteps must not be negative, but is " + maxEpisodeSteps);
    }
    Space last = observationSpace.leaves().getLast();
    if (criticOnly < 0
        || criticOnly >= observationSpace.size()
        || (criticOnly > 0 && !isVector(last, criticOnly))) {
      throw new IllegalArgumentException(
          "criticOnly is %d, but must be fewer numbers than observations of %s have, all of them in a vector at its end"
              .formatted(criticOnly, observationSpace));
    }
  }

  private static boolean isVector(Space space, int size) {
    return space instanceof Space.Box box && box.shape().length == 1 && box.size() >= size;
  }

  /**
   * Creates a description of an environment all of whose actions are always valid.
   *
   * @throws IllegalArgumentException if {@code maxEpisodeSteps} is negative
   */
  public EnvSpec(
      String id,
      Space observationSpace,
      Space actionSpace,
      int maxEpisodeSteps,
      Map<String, Object> kwargs,
      Map<String, String> versions,
      List<String> parts) {
    this(id, observationSpace, actionSpace, maxEpisodeSteps, kwargs, versions, parts, false, 0);
  }

  /**
   * Creates a description of an environment whose spaces have no parts.
   *
   * @throws IllegalArgumentException if {@code maxEpisodeSteps} is negative
   */
  public EnvSpec(
      String id,
      Space observationSpace,
      Space actionSpace,
      int maxEpisodeSteps,
      Map<String, Object> kwargs,
      Map<String, String> versions) {
    this(id, observationSpace, actionSpace, maxEpisodeSteps, kwargs, versions, List.of());
  }

  /** Returns a copy that says whether a {@link StepBatch} has masks of actions. */
  public EnvSpec withMasksActions(boolean masks) {
    return new EnvSpec(
        id,
        observationSpace,
        actionSpace,
        maxEpisodeSteps,
        kwargs,
        versions,
        parts,
        masks,
        criticOnly);
  }

  /** Returns a copy whose last {@code numbers} of an observation are for critics only. */
  public EnvSpec withCriticOnly(int numbers) {
    return new EnvSpec(
        id,
        observationSpace,
        actionSpace,
        maxEpisodeSteps,
        kwargs,
        versions,
        parts,
        masksActions,
        numbers);
  }

  /** Returns M, the flags of a mask of actions; 0 if actions are not masked. */
  public int maskSize() {
    return masksActions ? actionSpace.maskSize() : 0;
  }
}
