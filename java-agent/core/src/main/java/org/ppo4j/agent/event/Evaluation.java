package org.ppo4j.agent.event;

/**
 * The policy was evaluated during a training.
 *
 * @param globalStep environment steps that the policy had learnt from
 * @param result returns and lengths of the episodes
 */
public record Evaluation(long globalStep, EvaluationResult result) {}
