package org.ppo4j.gymnasium;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.environment.Growable;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.CallCheck;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gymnasium environments, stepped by Python worker processes.
 *
 * {@snippet lang = java :
 * try (VectorEnv env = PythonVectorEnv.open(PythonEnvConfig.of("HalfCheetah-v5", 8))) {
 *   StepBatch batch = StepBatch.of(env);
 *   env.reset(1, batch);
 * }
 * }
 *
 * <p>The interpreter needs Python 3.11 or newer with the packages {@code gymnasium} and {@code
 * py4j}; the package {@code ppo4j_bridge} is part of this module. {@link PythonFinder} describes
 * which interpreter {@link PythonEnvConfig#of} chooses.
 *
 * <p>Processes are controlled through Py4J; actions and the results of steps are exchanged through
 * shared memory, as docs/bridge-protocol.md describes. Every worker receives its request before the
 * first reply is awaited, so that all step at the same time. An episode that ends is reset in the
 * same step, {@link AutoresetMode#SAME_STEP}.
 *
 * <p>A process that fails in a step is replaced, and its rows of that step are {@linkplain
 * StepBatch#interrupted interrupted}; {@link WorkerLimits#maxWorkerRestarts} limits how often. With
 * {@link PythonEnvConfig#exactRecovery} nothing is lost if the environments are deterministic.
 * After an {@link EnvException} all processes have ended. {@link #close} may be called from any
 * thread, for example from a shutdown hook; a step in progress then throws an {@link
 * IllegalStateException}. If the program ends without closing, the processes end too.
 */
public final class PythonVectorEnv implements VectorEnv, Growable {
  private static final Logger LOG = LoggerFactory.getLogger(PythonVectorEnv.class);

  private final PythonEnvConfig config;
  private final WorkerPython python;
  private final StepSignal signal;
  private final EnvSpec spec;
  private final int renderFps;
  private final List<Worker> workers;
  private final EnvironmentOutput out;
  private final CallCheck check;
  private final Restarts restarts;
  private final Replays replays;
  private final Deadline deadline = new Deadline();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;
  private boolean ended;
  private boolean reset;
  private boolean stepped;
  private long resetSeed;

  /** Whether a row of {@link #last} is interrupted. */
  private boolean interrupted;

  /** The batch that has the last observations. */
  private @Nullable StepBatch last;

  /** The workers that {@link #close} must not wait for. */
  private volatile List<Worker> starting = List.of();

  private PythonVectorEnv(
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      EnvSpec spec,
      int renderFps,
      List<Worker> workers,
      EnvironmentOutput out) {
    this.config = config;
    this.python = python;
    this.signal = signal;
    this.spec = spec;
    this.renderFps = renderFps;
    this.workers = workers;
    this.out = out;
    check = new CallCheck(spec, config.numEnvs(), givesBytes());
    restarts = new Restarts(config.limits().maxWorkerRestarts());
    replays = new Replays(spec, config);
  }

  /**
   * Starts the workers and makes the sub-environments.
   *
   * @throws EnvException if Python or a package is missing, the id is unknown, a space has no
   *     counterpart in {@link org.ppo4j.env.Space}, an environment cannot be made or the start
   *     takes longer than {@link WorkerLimits#startTimeout}
   */
  public static PythonVectorEnv open(PythonEnvConfig config) {
    return open(config, StepSignal.of(System.getProperty("os.arch")));
  }

  static PythonVectorEnv open(PythonEnvConfig config, StepSignal signal) {
    WorkerPython python = WorkerPython.of(config.python());
    EnvironmentOutput out = new EnvironmentOutput(config);
    return open(config, python, signal, out, new ArrayList<>());
  }

  /**
   * Starts the workers that are missing in {@code workers}, and has all make their environments.
   */
  private static PythonVectorEnv open(
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      EnvironmentOutput out,
      List<Worker> workers) {
    try {
      long deadline = System.nanoTime() + config.limits().startTimeout().toNanos();
      for (int w = workers.size(); w < config.processes(); w++) {
        workers.add(start(w, config, python, signal, out));
      }
      List<WorkerDescription> made = new ArrayList<>();
      for (Worker worker : workers) {
        made.add(worker.made(deadline));
      }
      EnvSpec spec = spec(config, made);
      for (int w = 0; w < workers.size(); w++) {
        workers.get(w).attach(spec, made.get(w).mapSize(), deadline);
      }
      int renderFps = made.getFirst().renderFps();
      return new PythonVectorEnv(config, python, signal, spec, renderFps, workers, out);
    } catch (RuntimeException e) {
      killAll(workers);
      out.close();
      throw e;
    }
  }

  private static Worker start(
      int w,
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      EnvironmentOutput out) {
    int first = config.firstOf(w);
    return new Worker(config, python, signal, w, first, config.firstOf(w + 1) - first, out);
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
   * {@inheritDoc}
   *
   * <p>The first worker keeps its process and, unless they exist as one vector environment only,
   * its sub-environments.
   *
   * @throws EnvException as {@link #open}
   */
  @Override
  public PythonVectorEnv grow(int numEnvs) {
    lock.lock();
    try {
      requireOpen();
      if (reset || workers.size() > 1 || numEnvs < config.numEnvs()) {
        throw new IllegalStateException(
            "%s has %d sub-environments in %d workers and cannot get %d: expected one worker that was never reset, and not fewer sub-environments"
                .formatted(spec.id(), config.numEnvs(), workers.size(), numEnvs));
      }
      PythonEnvConfig larger = config.withNumEnvs(numEnvs);
      ended = true; // the workers are another's
      return open(
          larger,
          python,
          signal,
          out,
          new ArrayList<>(List.of(workers.getFirst().grown(larger.firstOf(1)))));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public EnvSpec spec() {
    return spec;
  }

  @Override
  public int numEnvs() {
    return config.numEnvs();
  }

  @Override
  public final boolean givesBytes() {
    return spec.observationSpace() instanceof Space.Box box && box.dtype() == DType.UINT8;
  }

  @Override
  public AutoresetMode autoresetMode() {
    return AutoresetMode.SAME_STEP;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    lock.lock();
    try {
      requireOpen();
      check.reset(seed, out);
      resetSeed = seed;
      exchange(
          worker -> worker.postReset(seed),
          worker -> worker.read(out, false),
          log -> log.reset(seed, out),
          out,
          false);
      out.clearTransitions();
      interrupted = false;
      last = out;
      reset = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A worker that fails here is replaced only if another one can repeat all, since its other
   * episodes would be lost silently.
   */
  @Override
  public void reset(long[] seeds, StepBatch out) {
    lock.lock();
    try {
      requireOpen();
      check.reset(seeds, reset, out);
      if (!reset) {
        resetSeed = seeds[0];
      }
      exchange(
          worker -> worker.postReset(seeds),
          worker -> worker.read(out, seeds),
          log -> log.reset(seeds, out),
          null,
          false);
      last = out;
      reset = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    lock.lock();
    try {
      requireOpen();
      if (!reset) {
        throw new IllegalStateException(
            "%s was never reset: call reset before the first step".formatted(spec.id()));
      }
      check.step(actions, out);
      if (interrupted) {
        Arrays.fill(out.interrupted, false);
        interrupted = false;
      }
      exchange(
          worker -> worker.postStep(actions),
          worker -> worker.read(out, true),
          log -> log.step(actions, out),
          out,
          true);
      last = out;
      stepped = true;
    } finally {
      lock.unlock();
    }
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
      for (int w = 0; w < workers.size(); w++) {
        if (!failures.containsKey(w)) {
          read.accept(workers.get(w));
          replays.note(w, note);
        }
      }
      if (!failures.isEmpty()) {
        SortedMap<Integer, EnvException> lost = failures;
        if (isStep || batch == null) {
          lost = lost(failures, post, batch);
          for (int w : failures.keySet()) {
            if (!lost.containsKey(w)) {
              read.accept(workers.get(w));
              replays.note(w, note);
            }
          }
        }
        if (batch != null) {
          replace(lost, batch, isStep);
        }
      }
    } catch (EnvException e) {
      ended = true;
      killAll(workers);
      out.close();
      throw e;
    }
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

  /**
   * Has others repeat what the workers that failed did, where that is wanted and possible.
   *
   * @param batch receives the rows of those whose step is lost; null if nothing may be lost
   * @return those whose step is lost
   */
  private SortedMap<Integer, EnvException> lost(
      SortedMap<Integer, EnvException> failures, Consumer<Worker> post, @Nullable StepBatch batch) {
    SortedMap<Integer, EnvException> lost = new TreeMap<>();
    failures.forEach(
        (w, failure) -> {
          Worker failed = workers.get(w);
          if (batch != null && !isLast(batch)) {
            failed.read(batch, false);
          }
          failed.kill();
          if (!repeat(w, failure, post)) {
            if (batch == null) {
              throw failure;
            }
            failed.interrupt(batch);
            interrupted = true;
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
      workers.set(w, start(w, config, python, signal, out));
      Worker worker = workers.get(w);
      starting = List.of(worker);
      boolean isSame = false;
      try {
        begin(worker, System.nanoTime() + config.limits().startTimeout().toNanos());
        isSame = replays.replay(w, worker, deadline, this::requireNotClosed);
        if (isSame) {
          worker.carryOut(post, deadline, this::requireNotClosed);
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

  /** Replaces workers that failed, all at the same time, and resets their environments. */
  private void replace(SortedMap<Integer, EnvException> failures, StepBatch batch, boolean isStep) {
    failures.keySet().forEach(w -> workers.get(w).kill());
    SortedMap<Integer, EnvException> remaining = failures;
    while (!remaining.isEmpty()) {
      remaining.values().forEach(restarts::count);
      // Other episodes than those of the last reset, and the same ones in a repetition.
      long seed = isStep ? Seeds.ofStep(resetSeed, restarts.count()) : resetSeed;
      remaining = restart(remaining.keySet(), seed, batch);
    }
  }

  /** Returns whether {@code batch}, which callers usually pass again, has the last observations. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isLast(StepBatch batch) {
    return batch == last;
  }

  /**
   * Starts workers again, resets their environments and reads the first observations; returns the
   * failures to replace.
   */
  private SortedMap<Integer, EnvException> restart(
      Set<Integer> numbers, long seed, StepBatch batch) {
    long until = System.nanoTime() + config.limits().startTimeout().toNanos();
    for (int w : numbers) {
      workers.set(w, start(w, config, python, signal, out));
    }
    starting = numbers.stream().map(workers::get).toList();
    SortedMap<Integer, EnvException> failures = new TreeMap<>();
    try {
      for (int w : numbers) {
        try {
          requireNotClosed();
          Worker worker = workers.get(w);
          begin(worker, until);
          worker.carryOut(each -> each.postReset(seed), deadline, this::requireNotClosed);
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
    worker.attach(spec, made.mapSize(), until);
  }

  /** Throws if nobody wants another start of a worker after {@code failure}. */
  private void requireWanted(EnvException failure) {
    requireNotClosed();
    if (Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }

  /**
   * Renders sub-environment 0. It must have been made with the argument {@code render_mode} {@code
   * rgb_array}.
   *
   * @throws IllegalStateException if this environment is closed
   * @throws EnvException if it cannot render
   */
  public RenderedFrame render() {
    lock.lock();
    try {
      requireOpen();
      return workers.getFirst().render(System.nanoTime() + config.limits().stepTimeout().toNanos());
    } finally {
      lock.unlock();
    }
  }

  /** Returns the frames per second that the environments ask for. */
  public int renderFps() {
    return renderFps;
  }

  @Override
  public long restarts() {
    return restarts.count();
  }

  @Override
  public void close() {
    closed = true; // a step in progress reads this and releases the lock
    starting.forEach(Worker::beginKill);
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        end();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes all sub-environments at the same time, and ends all workers, within one limit. */
  private void end() {
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

  private void requireOpen() {
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
