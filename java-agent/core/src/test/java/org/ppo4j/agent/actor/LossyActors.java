package org.ppo4j.agent.actor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.ppo4j.agent.state.TrainingState;

/**
 * Actors of which some are lost: before they carry out an order, or after it, with the reply. What
 * takes over is an actor that has not collected before.
 */
final class LossyActors implements Actors {
  private final Actors.Starter starter;
  private final List<ActorTask> tasks;
  private final IntPredicate isLost;
  private final Actors[] actors;
  private long published;
  private TrainingState common = new TrainingState();
  private int orders;
  private int losses;

  private LossyActors(Actors.Starter starter, List<ActorTask> tasks, IntPredicate isLost) {
    this.starter = starter;
    this.tasks = tasks;
    this.isLost = isLost;
    actors = new Actors[tasks.size()];
    for (int k = 0; k < actors.length; k++) {
      actors[k] = starter.start(List.of(tasks.get(k)));
    }
  }

  /**
   * Returns what starts actors, of which those are lost whose number of an order is {@code lost}.
   */
  static Starter starter(Actors.Starter starter, IntPredicate lost) {
    return tasks -> new LossyActors(starter, tasks, lost);
  }

  @Override
  public void publish(long collection, TrainingState state) {
    published = collection;
    common = state;
    for (Actors each : actors) {
      each.publish(collection, state);
    }
  }

  @Override
  public CompletableFuture<TrainingState> collect(int actor, long collection, TrainingState order) {
    orders++;
    if (!isLost.test(orders)) {
      return actors[actor].collect(0, collection, order);
    }
    boolean before = losses++ % 2 == 0;
    if (!before) {
      actors[actor].collect(0, collection, order).join();
    }
    actors[actor].close();
    actors[actor] = starter.start(List.of(tasks.get(actor)));
    actors[actor].publish(published, common);
    return CompletableFuture.failedFuture(
        new ActorLostException("actor %d on this machine was lost".formatted(actor)));
  }

  @Override
  public Map<String, Double> figures() {
    return Map.of();
  }

  @Override
  public void close() {
    for (Actors each : actors) {
      each.close();
    }
  }
}
