package org.ppo4j.agent.event;

/** Hears of a training as it goes; called on the training's thread, between its computations. */
public interface TrainingListener {

  /**
   * An episode ended.
   *
   * @param globalStep environment steps taken so far, over all sub-environments
   * @param env the sub-environment's index
   * @param episodicReturn the sum of raw rewards
   * @param length the number of steps
   */
  default void episode(long globalStep, int env, double episodicReturn, int length) {}

  /**
   * A batch was collected and learnt from.
   *
   * @param globalStep environment steps taken so far
   * @param learningRate Adam's rate of this update
   * @param stats losses and diagnostics of this update
   */
  default void update(long globalStep, double learningRate, UpdateStats stats) {}
}
