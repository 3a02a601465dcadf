package org.ppo4j.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;

/**
 * The configuration of a run; the content of {@code config.json}.
 *
 * @param algorithm the algorithm, in files its id such as {@code ppo-penalty}
 * @param env the environment's id
 * @param envKwargs the environment's arguments by name: numbers, strings, booleans, lists, maps and
 *     null, which is Python's {@code None}
 * @param backend what steps the environment
 * @param engine what runs the networks
 * @param network the name of the class that makes the networks; null for MLPs of the engine
 * @param parts the names of the classes of a program's own loss, estimator and optimiser
 * @param seed the seed of all random numbers
 * @param profile the source of hyperparameters that were not given
 * @param preset the name of the preset that replaces some of the profile's values; null for none
 * @param hyperparameters all hyperparameters
 * @param stopAtReturn the mean return of the last 100 episodes at which training ends as solved;
 *     null for none
 * @param checkpointing when checkpoints are written and the policy is evaluated
 */
public record RunConfig(
    Algorithm algorithm,
    String env,
    Map<String, Object> envKwargs,
    Backend backend,
    Engine engine,
    @Nullable String network,
    List<String> parts,
    long seed,
    Profile profile,
    @Nullable String preset,
    PpoConfig hyperparameters,
    @Nullable Double stopAtReturn,
    Checkpointing checkpointing) {

  /** The settings of {@code config.json} that hold others. */
  private static final List<String> NESTED = List.of("hyperparameters", "checkpointing");

  /** What steps an environment. */
  public enum Backend {
    /** Java. */
    NATIVE,
    /** Gymnasium in Python processes. */
    PYTHON,
    /** A {@code VectorEnv} passed by a program; only that program can create it again. */
    PROGRAM
  }

  /**
   * When a training writes checkpoints and evaluates its policy.
   *
   * @param checkpointEvery steps between checkpoints; 0 for a single one at the end
   * @param keepCheckpoints how many of the latest checkpoints are kept; 0 for all
   * @param evalEvery steps between evaluations; 0 for none
   * @param evalEpisodes episodes in each evaluation
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
    parts = List.copyOf(parts);
    envKwargs = Collections.unmodifiableMap(new TreeMap<>(envKwargs));
  }

  /**
   * Returns the content of {@code config.json} without its nesting, for services that show
   * settings: names as there, values finite numbers, booleans and texts; lists and maps as their
   * JSON, infinity as text. Settings that are null are left out.
   */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    addTo(settings, Json.MAPPER.valueToTree(this));
    return settings;
  }

  private static void addTo(Map<String, Object> settings, JsonNode object) {
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      JsonNode value = each.getValue();
      if (NESTED.contains(each.getKey())) {
        addTo(settings, value);
      } else if (value.isNumber() && Double.isFinite(value.doubleValue())) {
        settings.put(each.getKey(), value.numberValue());
      } else if (value.isBoolean()) {
        settings.put(each.getKey(), value.booleanValue());
      } else if (!value.isNull()) {
        settings.put(each.getKey(), value.isValueNode() ? value.asText() : value.toString());
      }
    }
  }

  /** Returns a copy with another number of total timesteps. */
  public RunConfig withTotalTimesteps(long totalTimesteps) {
    return with(hyperparameters.with(c -> c.totalTimesteps(totalTimesteps)), stopAtReturn);
  }

  /** Returns a copy with another mean return to stop at. */
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
        parts,
        seed,
        profile,
        preset,
        changed,
        mean,
        checkpointing);
  }
}
