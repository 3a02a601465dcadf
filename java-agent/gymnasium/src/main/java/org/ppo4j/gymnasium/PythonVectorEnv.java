package org.ppo4j.gymnasium;

import java.util.concurrent.locks.ReentrantLock;
import org.ppo4j.agent.environment.Growable;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.CallCheck;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

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
  private final WorkerPool workers;
  private final CallCheck check;
  private final ReentrantLock lock = new ReentrantLock();

  private PythonVectorEnv(WorkerPool workers) {
    this.workers = workers;
    check = new CallCheck(spec(), numEnvs(), givesBytes());
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
    return new PythonVectorEnv(WorkerPool.open(config, signal));
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
      return new PythonVectorEnv(workers.grow(numEnvs));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public EnvSpec spec() {
    return workers.spec();
  }

  @Override
  public int numEnvs() {
    return workers.numEnvs();
  }

  @Override
  public final boolean givesBytes() {
    return spec().observationSpace().leaves().stream().anyMatch(Space::holdsBytes);
  }

  @Override
  public boolean givesProgress() {
    return workers.givesProgress();
  }

  @Override
  public AutoresetMode autoresetMode() {
    return AutoresetMode.SAME_STEP;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    lock.lock();
    try {
      workers.requireOpen();
      check.reset(seed, out);
      workers.reset(seed, out);
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
      workers.requireOpen();
      check.reset(seeds, workers.wasReset(), out);
      workers.reset(seeds, out);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    lock.lock();
    try {
      workers.requireOpen();
      if (!workers.wasReset()) {
        throw new IllegalStateException(
            "%s was never reset: call reset before the first step".formatted(spec().id()));
      }
      check.step(actions, out);
      workers.step(actions, out);
    } finally {
      lock.unlock();
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
      workers.requireOpen();
      return workers.render();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the frames per second that the environments ask for. */
  public int renderFps() {
    return workers.renderFps();
  }

  @Override
  public long restarts() {
    return workers.restarts();
  }

  @Override
  public void close() {
    workers.stop(); // a step in progress then ends and releases the lock
    lock.lock();
    try {
      workers.close();
    } finally {
      lock.unlock();
    }
  }
}
