package org.ppo4j.agent.state;

/** A part of a training whose state a checkpoint must hold to continue the training. */
public interface Stateful {

  /** Saves the state of this part in {@code state}, under names that no other part uses. */
  void save(TrainingState state);

  /**
   * Restores the state of this part from {@code state}.
   *
   * @throws IllegalArgumentException if {@code state} lacks an array of this part or has one of
   *     another type or length
   */
  void restore(TrainingState state);
}
