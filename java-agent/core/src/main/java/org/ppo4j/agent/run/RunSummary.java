package org.ppo4j.agent.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Engine;

/**
 * How a training went; the content of {@code summary.json}.
 *
 * @param env the environment's id
 * @param backend what stepped it
 * @param engine what ran the networks
 * @param seed the seed of everything random
 * @param outcome how it ended
 * @param error what failed, in a sentence; null unless it failed
 * @param totalSteps environment steps, over all sub-environments
 * @param wallSeconds how long it took, from the first reset to the last update
 * @param sps environment steps a second
 * @param episodes the number of finished episodes
 * @param last100MeanReturn the mean return of the last 100 episodes, or of all where there were
 *     fewer; null if none finished
 * @param versions the versions of what stepped the environment, by name
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
    Map<String, String> versions,
    Provenance provenance) {}
