package org.ppo4j.agent.metrics;

/**
 * An episode that ended.
 *
 * @param globalStep environment steps taken so far, over all sub-environments
 * @param env the sub-environment's index
 * @param episodicReturn the sum of raw rewards
 * @param length the number of steps
 */
public record Episode(long globalStep, int env, double episodicReturn, int length) {}
