package org.ppo4j.env;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The definition of a native environment, from which {@link Envs#make} makes instances.
 *
 * @param id the id that {@code Envs.make} takes, such as {@code CartPole-v1}
 * @param maxEpisodeSteps the number of steps after which an episode is truncated; 0 for never
 * @param factory makes all sub-environments from the arguments it reads
 */
public record EnvDefinition(String id, int maxEpisodeSteps, EnsembleFactory factory) {

  /**
   * Defines an environment.
   *
   * @throws IllegalArgumentException if {@code id} is blank or {@code maxEpisodeSteps} is negative
   */
  public EnvDefinition {
    if (id.isBlank()) {
      throw new IllegalArgumentException("an environment's id must not be blank");
    }
    if (maxEpisodeSteps < 0) {
      throw new IllegalArgumentException(
          "%s: maxEpisodeSteps must not be negative, but is %d".formatted(id, maxEpisodeSteps));
    }
  }

  /**
   * Defines an environment whose sub-environments share nothing.
   *
   * @param factory returns a new {@link Dynamics} on every call, made from the arguments it reads
   * @throws IllegalArgumentException if {@code id} is blank or {@code maxEpisodeSteps} is negative
   */
  public EnvDefinition(
      String id, int maxEpisodeSteps, Function<Kwargs, ? extends Dynamics> factory) {
    this(id, maxEpisodeSteps, (kwargs, numEnvs) -> oneByOne(factory, kwargs, numEnvs));
  }

  private static Ensemble oneByOne(
      Function<Kwargs, ? extends Dynamics> factory, Kwargs kwargs, int numEnvs) {
    List<Dynamics> members = new ArrayList<>(numEnvs);
    try {
      for (int i = 0; i < numEnvs; i++) {
        members.add(factory.apply(kwargs));
      }
    } catch (RuntimeException | Error e) {
      members.forEach(Dynamics::close);
      throw e;
    }
    return Ensemble.of(members);
  }
}
