package org.ppo4j.agent.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.ppo4j.agent.PpoConfig;
import org.ppo4j.agent.network.Engine;

/**
 * Everything a user decided about a run; the content of {@code config.json}.
 *
 * @param env the environment's id
 * @param envKwargs the arguments it is made with, by name; numbers, texts, booleans, lists, maps
 * @param backend what steps it
 * @param engine what runs the networks
 * @param seed the seed of everything random
 * @param profile where the hyperparameters that were not given come from
 * @param hyperparameters all hyperparameters
 */
public record RunConfig(
    String env,
    Map<String, Object> envKwargs,
    Backend backend,
    Engine engine,
    long seed,
    PpoConfig.Profile profile,
    PpoConfig hyperparameters) {

  /** What steps an environment. */
  public enum Backend {
    /** Java. */
    NATIVE,
    /** Gymnasium in Python processes. */
    PYTHON
  }

  public RunConfig {
    envKwargs = Collections.unmodifiableMap(new TreeMap<>(envKwargs));
  }
}
