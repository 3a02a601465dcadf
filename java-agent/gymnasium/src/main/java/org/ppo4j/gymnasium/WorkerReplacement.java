package org.ppo4j.gymnasium;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;

/** Starts workers in place of those that failed, and brings their environments on. */
final class WorkerReplacement {
  private final PythonEnvConfig config;
  private final EnvSpec spec;
  private final List<Worker> workers;
  private final IntFunction<Worker> start;
  private final Replays replays;
  private final Deadline deadline;
  private final Runnable requireNotClosed;
  private final Restarts restarts;

  /** The workers that {@link #stop} must not wait for. */
  private volatile List<Worker> starting = List.of();

  /**
   * @param workers the workers of the pool, in which failed ones are exchanged
   * @param start starts the process of a worker by its number
   * @param deadline the end of the request that failed
   * @param requireNotClosed throws if the pool is closed
   */
  WorkerReplacement(
      PythonEnvConfig config,
      EnvSpec spec,
      List<Worker> workers,
      IntFunction<Worker> start,
      Replays replays,
      Deadline deadline,
      Runnable requireNotClosed) {
    this.config = config;
    this.spec = spec;
    this.workers = workers;
    this.start = start;
    this.replays = replays;
    this.deadline = deadline;
    this.requireNotClosed = requireNotClosed;
    restarts = new Restarts(config.limits().maxWorkerRestarts());
  }

  /** Returns how many workers were started in place of others. */
  long restarts() {
    return restarts.count();
  }

  /** Ends the workers that start at present, from any thread. */
  void stop() {
    starting.forEach(Worker::beginKill);
  }

  /**
   * Has others repeat what the workers that failed did, where that is wanted and possible.
   *
   * @param post posts the request that failed
   * @param batch receives the mark of those whose step is lost; null if nothing may be lost
   * @return those whose step is lost
   */
  SortedMap<Integer, EnvException> repeat(
      SortedMap<Integer, EnvException> failures, Consumer<Worker> post, @Nullable StepBatch batch) {
    SortedMap<Integer, EnvException> lost = new TreeMap<>();
    failures.forEach(
        (w, failure) -> {
          Worker failed = workers.get(w);
          failed.kill();
          if (!repeat(w, failure, post)) {
            if (batch == null) {
              throw failure;
            }
            failed.interrupt(batch);
            lost.put(w, failure);
          }
        });
    return lost;
  }

  /**
   * Replaces a worker by one that repeats all that it did, and its last step.
   *
   * @return whether it did the same
   */
  private boolean repeat(int w, EnvException failure, Consumer<Worker> post) {
    EnvException cause = failure;
    while (replays.isPossible(w)) {
      restarts.count(cause, replays.steps(w));
      workers.set(w, start.apply(w));
      Worker worker = workers.get(w);
      starting = List.of(worker);
      boolean isSame = false;
      try {
        begin(worker, System.nanoTime() + config.limits().startTimeout().toNanos());
        isSame = replays.replay(w, worker, deadline, requireNotClosed);
        if (isSame) {
          worker.carryOut(post, deadline, requireNotClosed);
          return true;
        }
      } catch (EnvException e) {
        requireWanted(e);
        replays.failed(w, e, isSame);
        cause = e;
      } finally {
        starting = List.of();
      }
      worker.kill();
    }
    return false;
  }

  /**
   * Replaces workers that failed, all at the same time, and resets their environments.
   *
   * @param batch receives the first observations
   * @param resetSeed the seed of the last reset of all
   * @param isStep whether the request that failed is a step
   */
  void replace(
      SortedMap<Integer, EnvException> failures, StepBatch batch, long resetSeed, boolean isStep) {
    failures.keySet().forEach(w -> workers.get(w).kill());
    SortedMap<Integer, EnvException> remaining = failures;
    while (!remaining.isEmpty()) {
      remaining.values().forEach(restarts::count);
      // Other episodes than those of the last reset, and the same ones in a repetition.
      long seed = isStep ? Seeds.ofStep(resetSeed, restarts.count()) : resetSeed;
      remaining = restart(remaining.keySet(), seed, batch);
    }
  }

  /**
   * Starts workers again, resets their environments and reads the first observations; returns the
   * failures to replace.
   */
  private SortedMap<Integer, EnvException> restart(
      Set<Integer> numbers, long seed, StepBatch batch) {
    long until = System.nanoTime() + config.limits().startTimeout().toNanos();
    for (int w : numbers) {
      workers.set(w, start.apply(w));
    }
    starting = numbers.stream().map(workers::get).toList();
    SortedMap<Integer, EnvException> failures = new TreeMap<>();
    try {
      for (int w : numbers) {
        try {
          requireNotClosed.run();
          Worker worker = workers.get(w);
          begin(worker, until);
          worker.carryOut(each -> each.postReset(seed), deadline, requireNotClosed);
          worker.read(batch, false);
          replays.note(w, log -> log.reset(seed, batch));
        } catch (PythonException e) {
          throw e; // what is raised at a start is raised at the next one
        } catch (EnvException e) {
          requireWanted(e);
          workers.get(w).kill();
          failures.put(w, e);
        }
      }
    } finally {
      starting = List.of();
    }
    return failures;
  }

  private void begin(Worker worker, long until) {
    WorkerDescription made = worker.made(until);
    if (!made.hasSpacesOf(spec)) {
      throw new PythonException(
          "the spaces of %s differ from those it had when it was first made: expected the same"
              .formatted(spec.id()),
          "",
          true);
    }
    worker.attach(spec, made, until);
  }

  /** Throws if nobody wants another start of a worker after {@code failure}. */
  private void requireWanted(EnvException failure) {
    requireNotClosed.run();
    if (Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }
}
