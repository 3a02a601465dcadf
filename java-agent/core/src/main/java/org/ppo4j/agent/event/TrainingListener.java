package org.ppo4j.agent.event;

import java.util.List;
import org.ppo4j.agent.metrics.Episode;

/**
 * Receives the events of a training, on the training's thread and between its computations. Each
 * event is a record; a listener implements the methods it needs. A training ends with an exception
 * that a listener throws.
 *
 * <p>The command line finds listeners by {@link java.util.ServiceLoader} or by class name ({@code
 * --listener}); such a class needs a public constructor without parameters.
 */
public interface TrainingListener {

  /** Called before the first step, and after a training was restored. */
  default void started(RunningTraining training) {}

  /** Called when an episode ended. */
  default void episode(Episode episode) {}

  /** Called when a rollout was collected and learnt from. */
  default void iteration(Iteration iteration) {}

  /** Called when the policy was evaluated. */
  default void evaluated(Evaluation evaluation) {}

  /** Called once, at the end, also if the training failed. */
  default void finished(Finished finished) {}

  /** Returns a listener that hands each event to all of {@code listeners}, in their order. */
  static TrainingListener all(List<? extends TrainingListener> listeners) {
    return new ListenerList(listeners);
  }
}
