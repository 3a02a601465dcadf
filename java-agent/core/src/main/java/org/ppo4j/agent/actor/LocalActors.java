package org.ppo4j.agent.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.StateBytes;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.environment.Environments;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.VectorEnv;

/**
 * Actors on threads of this process. Orders and replies pass through the bytes that another process
 * would receive, so that a training can be tried before it moves to several machines.
 */
public final class LocalActors implements Actors {
  private final List<Local> locals = new ArrayList<>();
  private final Function<ActorTask, VectorEnv> environments;
  private long published;
  private byte[] common = {};

  /** An actor and its thread. */
  private static final class Local {
    private final ActorTask task;
    private final ExecutorService thread;
    private @Nullable RolloutActor actor;

    Local(ActorTask task, int index) {
      this.task = task;
      thread =
          Executors.newSingleThreadExecutor(
              Thread.ofPlatform().daemon().name("ppo4j-actor-" + index).factory());
    }
  }

  private LocalActors(List<ActorTask> tasks, Function<ActorTask, VectorEnv> environments) {
    this.environments = environments;
    for (int i = 0; i < tasks.size(); i++) {
      locals.add(new Local(ActorTask.of(tasks.get(i).json()), i));
    }
  }

  /** Returns what starts actors that make their environments by id. */
  public static Starter starter() {
    return starter(LocalActors::environments);
  }

  /**
   * Returns what starts actors.
   *
   * @param environments makes the sub-environments of a task
   */
  public static Starter starter(Function<ActorTask, VectorEnv> environments) {
    return tasks -> new LocalActors(tasks, environments);
  }

  /** Makes the sub-environments of a task by the id of its training. */
  public static VectorEnv environments(ActorTask task) {
    RunConfig run = task.run();
    return Environments.make(
        run.env(),
        run.envKwargs(),
        run.backend(),
        task.slice().count(),
        run.seed() + task.slice().first(),
        run.hyperparameters().action().actionMasks());
  }

  @Override
  public void publish(long collection, TrainingState state) {
    published = collection;
    common = StateBytes.encode(state);
  }

  @Override
  public CompletableFuture<TrainingState> collect(int actor, long collection, TrainingState order) {
    if (collection != published) {
      throw new IllegalArgumentException(
          "collection %d is not published, but %d".formatted(collection, published));
    }
    byte[] shared = common;
    byte[] bytes = StateBytes.encode(order);
    Local local = locals.get(actor);
    return CompletableFuture.supplyAsync(
        () -> {
          RolloutActor made = local.actor;
          if (made == null) {
            made = new RolloutActor(local.task, environments.apply(local.task));
            local.actor = made;
          }
          TrainingState reply = made.collect(StateBytes.decode(shared), StateBytes.decode(bytes));
          return StateBytes.decode(StateBytes.encode(reply));
        },
        local.thread);
  }

  @Override
  public Map<String, Double> figures() {
    return Map.of("charts/actors", (double) locals.size());
  }

  @Override
  public void close() {
    for (Local each : locals) {
      each.thread.execute(
          () -> {
            RolloutActor actor = each.actor;
            if (actor != null) {
              actor.close();
            }
          });
      each.thread.shutdown();
    }
    for (Local each : locals) {
      try {
        each.thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
