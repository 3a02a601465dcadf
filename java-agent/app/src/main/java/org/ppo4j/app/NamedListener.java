package org.ppo4j.app;

import java.util.function.Consumer;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/** A user's listener; its exceptions name it, so that nobody looks for the error in ppo4j. */
final class NamedListener implements TrainingListener, Stateful {
  private final String name;
  private final TrainingListener listener;

  NamedListener(String name, TrainingListener listener) {
    this.name = name;
    this.listener = listener;
  }

  @Override
  public void started(RunningTraining training) {
    call(each -> each.started(training));
  }

  @Override
  public void episode(Episode episode) {
    call(each -> each.episode(episode));
  }

  @Override
  public void iteration(Iteration iteration) {
    call(each -> each.iteration(iteration));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    call(each -> each.evaluated(evaluation));
  }

  @Override
  public void finished(Finished finished) {
    call(each -> each.finished(finished));
  }

  @Override
  public void save(TrainingState state) {
    call(each -> asStateful(each, stateful -> stateful.save(state)));
  }

  @Override
  public void restore(TrainingState state) {
    call(each -> asStateful(each, stateful -> stateful.restore(state)));
  }

  private static void asStateful(TrainingListener listener, Consumer<Stateful> action) {
    if (listener instanceof Stateful stateful) {
      action.accept(stateful);
    }
  }

  private void call(Consumer<TrainingListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | LinkageError e) {
      throw new CommandException(
          "the listener %s failed: %s (--debug shows where)".formatted(name, e), e);
    }
  }
}
