package org.ppo4j.agent.event;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.metrics.Episode;

/**
 * Listeners in order. All of them receive {@link #finished}: if some throw then, the first
 * exception is thrown after the last listener, with the others suppressed.
 */
final class ListenerList implements TrainingListener {
  private final List<? extends TrainingListener> listeners;

  ListenerList(List<? extends TrainingListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void started(RunningTraining training) {
    for (TrainingListener listener : listeners) {
      listener.started(training);
    }
  }

  @Override
  public void episode(Episode episode) {
    for (TrainingListener listener : listeners) {
      listener.episode(episode);
    }
  }

  @Override
  public void iteration(Iteration iteration) {
    for (TrainingListener listener : listeners) {
      listener.iteration(iteration);
    }
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    for (TrainingListener listener : listeners) {
      listener.evaluated(evaluation);
    }
  }

  @Override
  public void finished(Finished finished) {
    @Nullable RuntimeException first = null;
    for (TrainingListener listener : listeners.reversed()) {
      try {
        listener.finished(finished);
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
