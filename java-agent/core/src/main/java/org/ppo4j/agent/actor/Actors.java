package org.ppo4j.agent.actor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ppo4j.agent.state.TrainingState;

/**
 * The way to the actors of a training: sends orders to {@link RolloutActor}s and returns their
 * rollouts. What is lost on the way is for the caller to order again; an order has everything that
 * an actor needs that has not collected for this slice before.
 */
public interface Actors extends AutoCloseable {

  /** Starts the actors of a training. */
  @FunctionalInterface
  interface Starter {
    /**
     * Starts an actor for each task.
     *
     * @throws org.ppo4j.env.EnvException if they cannot be started
     */
    Actors start(List<ActorTask> tasks);
  }

  /**
   * Sends what all actors need for the collection of that number, once for all of them.
   *
   * @param common the arrays; not changed afterwards
   */
  void publish(long collection, TrainingState common);

  /**
   * Has an actor collect its part of a rollout.
   *
   * @param actor the index of its task
   * @param collection the number of a published collection
   * @param order the arrays for this actor; not changed afterwards
   * @return what {@link RolloutActor#collect} returns. It ends with an {@link ActorLostException}
   *     if the actor was lost, and the next order for it starts another one; and with another
   *     exception if an actor would meet the same fault again
   */
  CompletableFuture<TrainingState> collect(int actor, long collection, TrainingState order);

  /** Returns figures on the actors, by the names of curves. */
  Map<String, Double> figures();

  /** Ends all actors. */
  @Override
  void close();
}
