package org.ppo4j.gymnasium;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.CallCheck;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
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
 * <p>After an {@link EnvException} all processes have ended. {@link #close} may be called from any
 * thread, for example from a shutdown hook; a step in progress then throws an {@link
 * IllegalStateException}. If the program ends without closing, the processes end too.
 */
public final class PythonVectorEnv implements VectorEnv {
  private static final Logger LOG = LoggerFactory.getLogger(PythonVectorEnv.class);

  private final PythonEnvConfig config;
  private final EnvSpec spec;
  private final List<Worker> workers;
  private final EnvironmentOutput out;
  private final CallCheck check;
  private final Deadline deadline = new Deadline();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;
  private boolean ended;
  private boolean reset;

  private PythonVectorEnv(
      PythonEnvConfig config, EnvSpec spec, List<Worker> workers, EnvironmentOutput out) {
    this.config = config;
    this.spec = spec;
    this.workers = workers;
    this.out = out;
    check = new CallCheck(spec, config.numEnvs());
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
    List<Worker> workers = new ArrayList<>();
    try {
      long deadline = System.nanoTime() + config.limits().startTimeout().toNanos();
      for (int w = 0; w < config.workers(); w++) {
        int first = firstOf(w, config);
        int count = firstOf(w + 1, config) - first;
        workers.add(new Worker(config, python, signal, w, first, count, out));
      }
      List<WorkerDescription> made = new ArrayList<>();
      for (Worker worker : workers) {
        made.add(worker.made(deadline));
      }
      EnvSpec spec = spec(config, made);
      for (int w = 0; w < workers.size(); w++) {
        workers.get(w).attach(spec, made.get(w).mapSize(), deadline);
      }
      return new PythonVectorEnv(config, spec, List.copyOf(workers), out);
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

  private static int firstOf(int worker, PythonEnvConfig config) {
    return (int) ((long) worker * config.numEnvs() / config.workers());
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

  @Override
  public EnvSpec spec() {
    return spec;
  }

  @Override
  public int numEnvs() {
    return config.numEnvs();
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
      exchange(worker -> worker.postReset(seed), worker -> worker.read(out, false));
      out.clearTransitions();
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
      exchange(worker -> worker.postStep(actions), worker -> worker.read(out, true));
    } finally {
      lock.unlock();
    }
  }

  /** Posts a request to all workers, waits for all and reads from all; a failure ends all. */
  private void exchange(Consumer<Worker> post, Consumer<Worker> read) {
    try {
      deadline.set(config.limits().stepTimeout().toNanos());
      for (Worker worker : workers) {
        post.accept(worker);
      }
      for (Worker worker : workers) {
        worker.await(deadline, this::requireNotClosed);
      }
      for (Worker worker : workers) {
        read.accept(worker);
      }
    } catch (EnvException e) {
      ended = true;
      killAll(workers);
      out.close();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true; // a step in progress reads this and releases the lock
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
