package org.ppo4j.agent.config;

import java.util.List;

/**
 * How a preset of ppo4j was found, and what it reaches.
 *
 * @param command the command that found it
 * @param searchSeeds the seeds of the search, which no reported result has
 * @param figure the return that it reaches
 * @param protocol what the figure is
 * @param seeds the seeds of the figure
 */
public record Finding(
    String command, List<Long> searchSeeds, double figure, String protocol, List<Long> seeds) {
  public Finding {
    searchSeeds = List.copyOf(searchSeeds);
    seeds = List.copyOf(seeds);
  }
}
