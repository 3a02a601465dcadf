package org.ppo4j.gymnasium;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of a vector environment. They get each request at the same time; one that fails in a
 * step or a reset is replaced.
 */
final class WorkerPool {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final PythonEnvConfig config;
  private final WorkerPython python;
  private final StepSignal signal;
  private final EnvSpec spec;
  private final WorkerDescription description;
  private final List<Worker> workers;
  private final EnvironmentOutput out;
  private final Replays replays;
  private final WorkerReplacement replacement;
  private final Deadline deadline = new Deadline();
  private volatile boolean closed;
  private boolean ended;
  private boolean reset;
  private boolean stepped;
  private long resetSeed;

  /** Whether a row of {@link #last} is interrupted. */
  private boolean interrupted;

  /** The batch that has the last observations. */
  private @Nullable StepBatch last;

  private WorkerPool(
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      EnvSpec spec,
      WorkerDescription description,
      List<Worker> workers,
      EnvironmentOutput out) {
    this.config = config;
    this.python = python;
    this.signal = signal;
    this.spec = spec;
    this.description = description;
    this.workers = workers;
    this.out = out;
    replays = new Replays(spec, config);
    replacement =
        new WorkerReplacement(
            config,
            spec,
            workers,
            w -> new Worker(config, python, signal, w, out),
            replays,
            deadline,
            this::requireNotClosed);
  }

  /** Starts the workers and has them make their environments. */
  static WorkerPool open(PythonEnvConfig config, StepSignal signal) {
    WorkerPython python = WorkerPython.of(config.python());
    EnvironmentOutput out = new EnvironmentOutput(config);
    return open(config, python, signal, out, new ArrayList<>());
  }

  /**
   * Starts the workers that are missing in {@code workers}, and has all make their environments.
   */
  private static WorkerPool open(
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      EnvironmentOutput out,
      List<Worker> workers) {
    try {
      long deadline = System.nanoTime() + config.limits().startTimeout().toNanos();
      for (int w = workers.size(); w < config.processes(); w++) {
        workers.add(new Worker(config, python, signal, w, out));
      }
      List<WorkerDescription> made = new ArrayList<>();
      for (Worker worker : workers) {
        made.add(worker.made(deadline));
      }
      EnvSpec spec = spec(config, made);
      for (int w = 0; w < workers.size(); w++) {
        workers.get(w).attach(spec, made.get(w), deadline);
      }
      return new WorkerPool(config, python, signal, spec, made.getFirst(), workers, out);
    } catch (RuntimeException e) {
      killAll(workers);
      out.close();
      throw e;
    }
  }

  private static void killAll(List<Worker> workers) {
    workers.forEach(Worker::beginKill);
    workers.forEach(Worker::kill);
  }

  private static EnvSpec spec(PythonEnvConfig config, List<WorkerDescription> made) {
    WorkerDescription first = made.getFirst();
    if (!made.stream().allMatch(first::hasSpacesOf)) {
      throw new EnvException(
          "the sub-environments of %s have different spaces: expected the same for all"
              .formatted(config.id()));
    }
    return first.spec(config);
  }

  /**
   * Returns a pool of more environments that has the worker of this one; this one has then ended.
   */
  WorkerPool grow(int numEnvs) {
    requireOpen();
    if (reset || workers.size() > 1 || numEnvs < config.numEnvs()) {
      throw new IllegalStateException(
          "%s has %d sub-environments in %d workers and cannot get %d: expected one worker that was never reset, and not fewer sub-environments"
              .formatted(spec.id(), config.numEnvs(), workers.size(), numEnvs));
    }
    PythonEnvConfig larger = config.withNumEnvs(numEnvs);
    ended = true; // the workers are another's
    return open(
        larger, python, signal, out, new ArrayList<>(List.of(workers.getFirst().grown(larger))));
  }

  int numEnvs() {
    return config.numEnvs();
  }

  EnvSpec spec() {
    return spec;
  }

  boolean givesProgress() {
    return description.givesProgress();
  }

  int renderFps() {
    return description.renderFps();
  }

  boolean wasReset() {
    return reset;
  }

  long restarts() {
    return replacement.restarts();
  }

  void reset(long seed, StepBatch batch) {
    resetSeed = seed;
    exchange(
        worker -> worker.postReset(seed),
        worker -> worker.read(batch, false),
        log -> log.reset(seed, batch),
        batch,
        false);
    batch.clearTransitions();
    interrupted = false;
    last = batch;
    reset = true;
  }

  void reset(long[] seeds, StepBatch batch) {
    if (!reset) {
      resetSeed = seeds[0];
    }
    exchange(
        worker -> worker.postReset(seeds),
        worker -> worker.read(batch, seeds),
        log -> log.reset(seeds, batch),
        null,
        false);
    last = batch;
    reset = true;
  }

  void step(double[] actions, StepBatch batch) {
    if (interrupted) {
      Arrays.fill(batch.interrupted, false);
      interrupted = false;
    }
    exchange(
        worker -> worker.postStep(actions),
        worker -> worker.read(batch, true),
        log -> log.step(actions, batch),
        batch,
        true);
    last = batch;
    stepped = true;
  }

  RenderedFrame render() {
    return workers.getFirst().render(System.nanoTime() + config.limits().stepTimeout().toNanos());
  }

  /**
   * Posts a request to all workers, waits for all and reads from all. Workers that fail are
   * replaced if {@link Restarts#areOfUse}; any other failure ends all.
   *
   * @param note logs the request for a repetition
   * @param batch receives the rows of workers that fail; null if they are not replaced
   * @param isStep whether the request is a step, whose rows are then interrupted
   */
  private void exchange(
      Consumer<Worker> post,
      Consumer<Worker> read,
      Consumer<ReplayLog> note,
      @Nullable StepBatch batch,
      boolean isStep) {
    try {
      deadline.set(config.limits().stepTimeout().toNanos());
      SortedMap<Integer, EnvException> failures = new TreeMap<>();
      for (int w = 0; w < workers.size(); w++) {
        attempt(w, post, failures);
      }
      for (int w = 0; w < workers.size(); w++) {
        if (!failures.containsKey(w)) {
          attempt(w, worker -> worker.await(deadline, this::requireNotClosed), failures);
        }
      }
      SortedMap<Integer, EnvException> lost = repeat(failures, post, batch, isStep);
      for (int w = 0; w < workers.size(); w++) {
        if (!lost.containsKey(w)) {
          read.accept(workers.get(w));
          replays.note(w, note);
        }
      }
      if (batch != null && !lost.isEmpty()) {
        replacement.replace(lost, batch, resetSeed, isStep);
      }
    } catch (EnvException e) {
      ended = true;
      killAll(workers);
      out.close();
      throw e;
    }
  }

  /**
   * Has others repeat what workers that failed did. A reset of all needs no repetition.
   *
   * @return those whose request is lost
   */
  private SortedMap<Integer, EnvException> repeat(
      SortedMap<Integer, EnvException> failures,
      Consumer<Worker> post,
      @Nullable StepBatch batch,
      boolean isStep) {
    if (failures.isEmpty() || (batch != null && !isStep)) {
      return failures;
    }
    if (batch != null && !isLast(batch)) {
      failures.keySet().forEach(w -> workers.get(w).read(batch, false));
    }
    SortedMap<Integer, EnvException> lost = replacement.repeat(failures, post, batch);
    interrupted |= !lost.isEmpty();
    return lost;
  }

  private void attempt(int w, Consumer<Worker> action, Map<Integer, EnvException> failures) {
    try {
      action.accept(workers.get(w));
    } catch (EnvException e) {
      if (!Restarts.areOfUse(workers.get(w), e, stepped)) {
        throw e;
      }
      workers.get(w).beginKill(); // the others are waited for in the meantime
      failures.put(w, e);
    }
  }

  /** Returns whether {@code batch}, which callers usually pass again, has the last observations. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isLast(StepBatch batch) {
    return batch == last;
  }

  /** Has a request in progress fail, from any thread. */
  void stop() {
    closed = true;
    replacement.stop();
  }

  /** Closes all sub-environments at the same time, and ends all workers, within one limit. */
  void close() {
    if (ended) {
      return;
    }
    ended = true;
    long deadline = System.nanoTime() + config.limits().closeTimeout().toNanos();
    List<CompletableFuture<String>> closing = workers.stream().map(Worker::postClose).toList();
    boolean[] failed = new boolean[workers.size()];
    for (int w = 0; w < failed.length; w++) {
      failed[w] = report(workers.get(w).awaitClosed(closing.get(w), deadline));
    }
    for (int w = 0; w < failed.length; w++) {
      if (failed[w]) {
        workers.get(w).kill();
      } else {
        report(workers.get(w).awaitEnd(deadline));
      }
    }
    out.close();
  }

  private boolean report(@Nullable EnvException failure) {
    if (failure != null) {
      LOG.warn("closing {}: {}", spec.id(), failure.getMessage());
    }
    return failure != null;
  }

  /** Throws if no request can be sent any more. */
  void requireOpen() {
    requireNotClosed();
    if (ended) {
      throw new IllegalStateException(
          "%s has failed: close it, and open it again to continue".formatted(spec.id()));
    }
  }

  private void requireNotClosed() {
    if (closed) {
      throw new IllegalStateException("%s is closed: open it again to use it".formatted(spec.id()));
    }
  }
}
