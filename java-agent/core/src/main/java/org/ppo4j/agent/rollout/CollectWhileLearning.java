package org.ppo4j.agent.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.state.TrainingState;

/**
 * Collects the next rollout on another thread while the learner learns from the last one. It acts
 * with a copy of the networks as they were when the collection began, so its policy is one update
 * behind, always: the same seed gives the same rollouts.
 */
public final class CollectWhileLearning implements RolloutSource {
  private static final String PENDING = "pending/";

  private final Collector collector;
  private final ActorCritic learner;
  private final ActorCritic actor;
  private final Rollout[] rollouts;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("ppo4j-actor").factory());
  private List<Episode> ended = new ArrayList<>();
  private int pending;
  private @Nullable Future<?> collection;
  private int lag;

  /**
   * Creates the source.
   *
   * @param collector acts with {@code actor}
   * @param learner the networks that learn; read only while {@link #next} runs
   * @param actor other networks of the same shape; closed by this source
   * @param rollouts two, which are filled in turn
   */
  public CollectWhileLearning(
      Collector collector, ActorCritic learner, ActorCritic actor, Rollout... rollouts) {
    this.collector = collector;
    this.learner = learner;
    this.actor = actor;
    this.rollouts = rollouts.clone();
  }

  @Override
  public boolean isRunning() {
    return collector.isRunning();
  }

  @Override
  public void reset(long seed) {
    collector.reset(seed);
  }

  @Override
  public Rollout next(long firstStep, boolean isLast, Consumer<Episode> episodes) {
    lag = collection == null ? 0 : 1;
    if (collection == null) {
      start(firstStep);
    }
    RuntimeException failure = await();
    if (failure != null) {
      throw failure;
    }
    Rollout rollout = rollouts[pending];
    rollout.lag = lag;
    ended.forEach(episodes);
    collection = null;
    pending = 1 - pending;
    if (!isLast) {
      start(firstStep + rollout.rows());
    }
    return rollout;
  }

  private void start(long firstStep) {
    System.arraycopy(learner.parameters(), 0, actor.parameters(), 0, actor.parameters().length);
    actor.parametersChanged();
    List<Episode> episodes = new ArrayList<>();
    ended = episodes;
    Rollout rollout = rollouts[pending];
    collection = thread.submit(() -> collector.collect(rollout, firstStep, episodes::add));
  }

  /** Waits for the collection, and returns why it failed, null if it did not. */
  private @Nullable RuntimeException await() {
    Future<?> running = collection;
    if (running == null) {
      return null;
    }
    try {
      running.get();
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("interrupted while a rollout was collected", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      return e.getCause() instanceof RuntimeException exception
          ? exception
          : new IllegalStateException(e.getCause());
    }
  }

  @Override
  public int cutEpisodes() {
    throw new IllegalStateException(
        "environments that are stepped while the networks learn cannot be used for something else");
  }

  @Override
  public int lag() {
    return lag;
  }

  /** Waits for the rollout in progress and saves it too. If it failed, {@link #next} throws. */
  @Override
  public void save(TrainingState state) {
    boolean isCollected = collection != null && await() == null;
    collector.save(state);
    state.put(PENDING + "is_collected", new long[] {isCollected ? 1 : 0});
    rollouts[pending].save(state, PENDING);
    List<Episode> episodes = isCollected ? ended : List.of();
    state.put(
        PENDING + "episodes",
        episodes.stream()
            .flatMapToDouble(
                each ->
                    DoubleStream.of(
                        (double) each.globalStep(),
                        each.env(),
                        each.episodicReturn(),
                        each.length()))
            .toArray());
  }

  @Override
  public void restore(TrainingState state) {
    collector.restore(state);
    if (state.longs(PENDING + "is_collected", 1)[0] == 0) {
      return;
    }
    rollouts[pending].restore(state, PENDING);
    double[] numbers = state.doubles(PENDING + "episodes");
    if (numbers.length % 4 != 0) {
      throw new IllegalArgumentException(
          "the checkpoint's array %sepisodes has %d elements, but an episode has 4"
              .formatted(PENDING, numbers.length));
    }
    ended = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 4) {
      ended.add(
          new Episode(
              (long) numbers[i], (int) numbers[i + 1], numbers[i + 2], (int) numbers[i + 3]));
    }
    collection = CompletableFuture.completedFuture(null);
  }

  /** Waits for the rollout in progress, so that the environments can be closed. */
  @Override
  public void close() {
    thread.shutdown();
    try (actor) {
      if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the environments did not end their step in a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
