package org.ppo4j.agent.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Profile;

/**
 * Everything a user decided about a run; the content of {@code config.json}.
 *
 * @param algorithm the id of the algorithm, such as {@code ppo}
 * @param env the environment's id
 * @param envKwargs the arguments it is made with, by name; numbers, texts, booleans, lists, maps
 * @param backend what steps it
 * @param engine what runs the networks
 * @param network the name of the class that makes the networks; null for MLPs of the engine
 * @param seed the seed of everything random
 * @param profile where the hyperparameters that were not given come from
 * @param preset the name of the preset that changed some of those; null for none
 * @param hyperparameters all hyperparameters
 * @param stopAtReturn the mean return of the last 100 episodes at which training ends as solved;
 *     null for none
 * @param checkpointing what is kept on the way
 */
public record RunConfig(
    String algorithm,
    String env,
    Map<String, Object> envKwargs,
    Backend backend,
    Engine engine,
    @Nullable String network,
    long seed,
    Profile profile,
    @Nullable String preset,
    PpoConfig hyperparameters,
    @Nullable Double stopAtReturn,
    Checkpointing checkpointing) {

  /** What steps an environment. */
  public enum Backend {
    /** Java. */
    NATIVE,
    /** Gymnasium in Python processes. */
    PYTHON,
    /** A {@code VectorEnv} that a program passed; only a program can make it again. */
    PROGRAM
  }

  /**
   * What a training keeps on its way.
   *
   * @param checkpointEvery steps between checkpoints; 0 for one at the end only
   * @param keepCheckpoints the number of last checkpoints that are kept; 0 for all
   * @param evalEvery steps between evaluations; 0 for none
   * @param evalEpisodes episodes of an evaluation
   */
  public record Checkpointing(
      long checkpointEvery, int keepCheckpoints, long evalEvery, int evalEpisodes) {

    /** Returns the defaults: a checkpoint at the end, no evaluations. */
    public static Checkpointing defaults() {
      return new Checkpointing(0, 3, 0, 10);
    }

    /** Returns whether a multiple of {@code every} lies between two steps; 0 is never due. */
    public static boolean isDue(long every, long before, long after) {
      return every > 0 && after / every > before / every;
    }
  }

  public RunConfig {
    envKwargs = Collections.unmodifiableMap(new TreeMap<>(envKwargs));
  }

  /** Returns this with another end of the training. */
  public RunConfig withTotalTimesteps(long totalTimesteps) {
    return with(hyperparameters.with(c -> c.totalTimesteps(totalTimesteps)), stopAtReturn);
  }

  /** Returns this with another mean return to stop at. */
  public RunConfig withStopAtReturn(double another) {
    return with(hyperparameters, another);
  }

  private RunConfig with(PpoConfig changed, @Nullable Double mean) {
    return new RunConfig(
        algorithm,
        env,
        envKwargs,
        backend,
        engine,
        network,
        seed,
        profile,
        preset,
        changed,
        mean,
        checkpointing);
  }
}
