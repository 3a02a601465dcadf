package org.ppo4j.agent.event;

import org.ppo4j.agent.metrics.Metrics;

/**
 * A rollout was collected and learnt from.
 *
 * @param number the iteration's number, from 1
 * @param globalStep environment steps learnt from so far, over all sub-environments
 * @param metrics losses and diagnostics of the update, by name
 */
public record Iteration(long number, long globalStep, Metrics metrics) {}
