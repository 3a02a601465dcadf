package org.ppo4j.agent.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Engine;

/**
 * The result of a training; the content of {@code summary.json}.
 *
 * @param env the environment's id
 * @param backend what stepped it
 * @param engine what ran the networks
 * @param seed the seed of everything random
 * @param outcome how it ended
 * @param error why it failed; null unless it failed
 * @param totalSteps environment steps, over all sub-environments
 * @param wallSeconds the seconds it took, over all its parts if it was resumed
 * @param sps environment steps per second
 * @param episodes the number of episodes that ended
 * @param last100MeanReturn the mean return of the last 100 episodes, or of all if there were fewer;
 *     null if none ended
 * @param workerRestarts how often a process that steps environments failed and was replaced
 * @param hints the texts of the hints that were given, in order
 * @param versions the versions of the software that stepped it, by name
 * @param provenance what made the run, and when it ended
 */
public record RunSummary(
    String env,
    RunConfig.Backend backend,
    Engine engine,
    long seed,
    Outcome outcome,
    @Nullable String error,
    long totalSteps,
    double wallSeconds,
    double sps,
    long episodes,
    @Nullable Double last100MeanReturn,
    long workerRestarts,
    List<String> hints,
    Map<String, String> versions,
    Provenance provenance) {

  /** Creates a summary; the list is copied. */
  public RunSummary {
    hints = List.copyOf(hints);
  }
}
