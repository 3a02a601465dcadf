package org.ppo4j.agent.state;

/** Part of a training that a checkpoint must hold to continue it. */
public interface Stateful {

  /** Puts the state of this part into {@code state}, under names of its own. */
  void save(TrainingState state);

  /**
   * Takes the state of this part from {@code state}.
   *
   * @throws IllegalArgumentException if {@code state} lacks it or is of another shape
   */
  void restore(TrainingState state);
}
