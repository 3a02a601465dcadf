package org.ppo4j.agent.event;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.metrics.Episode;

/** Listeners as one; {@link TrainingListener#all} describes the order. */
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
    forAll(listeners, listener -> listener.episode(episode));
  }

  @Override
  public void iteration(Iteration iteration) {
    forAll(listeners, listener -> listener.iteration(iteration));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    forAll(listeners, listener -> listener.evaluated(evaluation));
  }

  @Override
  public void hinted(Hint hint) {
    forAll(listeners, listener -> listener.hinted(hint));
  }

  @Override
  public void finished(Finished finished) {
    List<Throwable> failures = new ArrayList<>();
    forAll(
        listeners.reversed(),
        listener -> {
          boolean failsNow = finished.failure() == null && !failures.isEmpty();
          try {
            listener.finished(failsNow ? finished.failed(failures.getFirst()) : finished);
          } catch (RuntimeException | Error e) {
            failures.add(e);
            throw e;
          }
        });
  }

  private static void forAll(
      List<? extends TrainingListener> listeners, Consumer<TrainingListener> event) {
    @Nullable Throwable first = null;
    for (TrainingListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (!e.equals(first)) {
          first.addSuppressed(e);
        }
      }
    }
    switch (first) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(first); // only the two above are caught
    }
  }
}
