package org.ppo4j.agent.event;

import java.util.List;
import org.ppo4j.agent.metrics.Episode;

/**
 * Receives the events of a training, on the training's thread and between its computations. Each
 * event is a record; a listener implements the methods it needs.
 *
 * <p>A listener stops a training with {@link RunningTraining#stop}. A training fails with an
 * exception that a listener throws.
 *
 * <p>A listener that is {@link org.ppo4j.agent.state.Stateful} is saved in every checkpoint and
 * restored from the checkpoint of a continued training, before {@link #started}. Its names must be
 * its own, and it must accept a checkpoint of a training that did not have it. It is added before a
 * {@code CheckpointFiles}, so that it has received an iteration when that is saved.
 *
 * <p>A listener that is a {@link org.ppo4j.agent.loss.LossObserver} also receives what the policy's
 * loss saw of each minibatch.
 *
 * <p>The command line finds listeners by {@link java.util.ServiceLoader} or by class name ({@code
 * --listener}); such a class is public and has a public constructor without parameters.
 */
public interface TrainingListener {

  /** Called before the first step, and after a continued training was restored. */
  default void started(RunningTraining training) {}

  /** Called when an episode ended. */
  default void episode(Episode episode) {}

  /** Called when a rollout was collected and learnt from. */
  default void iteration(Iteration iteration) {}

  /** Called when the policy was evaluated. */
  default void evaluated(Evaluation evaluation) {}

  /** Called when a listener found a sign of trouble. */
  default void hinted(Hint hint) {}

  /**
   * Called once, at the end, also if the training failed, and even if it failed before this
   * listener was {@linkplain #started started}.
   */
  default void finished(Finished finished) {}

  /**
   * Returns a listener that passes each event to all of {@code listeners}: in their order, but
   * {@link #finished} in the reverse order, as resources are closed. So a listener before a {@code
   * RunRecorder} finds the complete run folder when it is finished.
   *
   * <p>If a listener throws, the others still receive the event. The first exception is thrown
   * after the last listener, with the others suppressed. Only {@link #started} ends at the first
   * exception. If a listener throws when it is {@link #finished}, the training has failed, and the
   * listeners that are finished after it receive the outcome FAILED.
   */
  static TrainingListener all(List<? extends TrainingListener> listeners) {
    return new ListenerList(listeners);
  }
}
