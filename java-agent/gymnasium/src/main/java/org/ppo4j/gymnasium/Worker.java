package org.ppo4j.gymnasium;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;

/**
 * The sub-environments {@code first .. first + count - 1} of a vector, hosted by one process.
 *
 * <p>During a stepping session the connection's thread is blocked in {@link WorkerApi#run}; the
 * caller's thread posts requests in the map and reads the worker's counter. The worker ends a
 * session after {@link #IDLE_MICROS} without a request, so that no process spins while the agent
 * learns. A request is the value of a counter and stays until it is carried out: one that is posted
 * while a session ends is not lost, because {@link #await} notices the end and opens the next
 * session.
 */
final class Worker {
  /** About ten times the cost of opening a session; the longest time that its end spins. */
  private static final int IDLE_MICROS = 1000;

  /** Reads of the counter, about 30 ns each, before the thread yields the processor. */
  private static final int POLLS = 300;

  /** The wait after which the environment is a slow one, which sleeping delays by 2% at most. */
  private static final long YIELD_NANOS = 5_000_000;

  /**
   * The wait if there is no processor more than workers. Yielding takes processor time from them, a
   * third of two processors from two Atari workers: more than sleeping delays.
   */
  private static final long CROWDED_YIELD_NANOS = 500_000;

  private static final long SLEEP_NANOS = 50_000;

  private final WorkerPython python;
  private final int first;
  private final int count;
  private final StepSignal signal;
  private final WorkerLimits limits;
  private final long yieldNanos;
  private final WorkerConnection connection;
  private final CompletableFuture<String> made;
  private @Nullable Attached attached;
  private CompletableFuture<String> session = CompletableFuture.completedFuture("");
  private long requests;

  /** What the last request has the worker do, for messages. */
  private String doing = "stepping";

  /** The requests that were carried out. */
  private long carriedOut;

  /** The map and the element type of its actions. */
  private record Attached(SharedMap map, int actionSize, DType actions, boolean givesProgress) {}

  /** Starts a process that makes its sub-environments; {@link #made} waits for them. */
  Worker(
      PythonEnvConfig config,
      WorkerPython python,
      StepSignal signal,
      int number,
      EnvironmentOutput out) {
    first = config.firstOf(number);
    count = config.firstOf(number + 1) - first;
    this.signal = signal;
    this.python = python;
    limits = config.limits();
    yieldNanos = yieldNanos(config);
    connection = new WorkerConnection(config, python, number, first, out);
    made = connection.make(count);
  }

  private Worker(Worker smaller, PythonEnvConfig larger) {
    first = smaller.first;
    count = larger.firstOf(1);
    signal = smaller.signal;
    python = smaller.python;
    limits = smaller.limits;
    yieldNanos = yieldNanos(larger);
    connection = smaller.connection;
    made = connection.make(count);
  }

  /**
   * Returns the first worker of {@code larger} with the process of this one, the first of a smaller
   * configuration, which makes further sub-environments; this one must not be used any more, and
   * must not have carried out a request.
   */
  Worker grown(PythonEnvConfig larger) {
    releaseMap();
    return new Worker(this, larger);
  }

  private static long yieldNanos(PythonEnvConfig config) {
    boolean crowded = config.processes() >= Runtime.getRuntime().availableProcessors();
    return crowded ? CROWDED_YIELD_NANOS : YIELD_NANOS;
  }

  /** Waits for the sub-environments to be made and returns their description. */
  WorkerDescription made(long deadline) {
    return WorkerDescription.read(
        connection.await(made, "being started", deadline, limits.start()));
  }

  /** Creates the map, which the process maps too. */
  void attach(EnvSpec spec, WorkerDescription made, long deadline) {
    BridgeLayout layout = BridgeLayout.of(count, spec);
    if (layout.size() != made.mapSize()) {
      throw python.otherBridge(
          "has a map of %d bytes instead of %d".formatted(made.mapSize(), layout.size()));
    }
    SharedMap map = new SharedMap(layout, spec.observationSpace());
    DType actions = BridgeLayout.dtype(spec.actionSpace());
    attached = new Attached(map, spec.actionSpace().size(), actions, made.givesProgress());
    String file = map.file().toString();
    connection.await(
        connection.call(api -> api.attach(file)), "being started", deadline, limits.start());
    map.unlink();
  }

  /** Requests new episodes; sub-environment i of the vector is seeded with {@code seed + i}. */
  void postReset(long seed) {
    post(BridgeLayout.RESET, seed + first);
  }

  /**
   * Requests new episodes in those of this worker's rows of {@code seeds} that are not negative.
   */
  void postReset(long[] seeds) {
    attached().map.writeSeeds(seeds, first, count);
    post(BridgeLayout.RESET_SOME, 0);
  }

  /** Requests a step with this worker's rows of {@code actions}, {@code [N, A]}. */
  void postStep(double[] actions) {
    Attached a = attached();
    a.map.writeActions(actions, first * a.actionSize, count * a.actionSize, a.actions);
    post(BridgeLayout.STEP, 0);
  }

  private void post(long operation, long seed) {
    doing = operation == BridgeLayout.STEP ? "stepping" : "resetting";
    attached().map.post(++requests, operation, seed);
    if (session.isDone()) {
      openSession();
    }
  }

  private void openSession() {
    throwFailure();
    session =
        connection.call(
            signal == StepSignal.SHARED_MEMORY
                ? api -> api.run(Integer.MAX_VALUE, IDLE_MICROS)
                : api -> api.run(1, 0));
  }

  private void throwFailure() {
    try {
      connection.checked(session.join());
    } catch (CompletionException e) {
      throw connection.failure(doing, e);
    }
  }

  /**
   * Waits until the last request is carried out.
   *
   * @param deadline ends the wait
   * @param requireWanted throws if the caller no longer wants to wait
   * @throws EnvException if the request fails, the worker dies or the time is over
   */
  @SuppressWarnings("ThreadPriorityCheck") // yielding lets the worker run where processors are few
  void await(Deadline deadline, Runnable requireWanted) {
    long started = 0;
    for (int polls = 1; !isDone(); polls++) {
      if (polls < POLLS) {
        Thread.onSpinWait();
        continue;
      }
      requireWanted.run();
      if (deadline.isOver()) {
        throw connection.late(doing, limits.step());
      }
      long now = System.nanoTime();
      if (polls == POLLS) {
        started = now;
        connection.beginWait(now);
      } else {
        connection.requireNotStopped(doing, now);
      }
      if (now - started < yieldNanos) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(SLEEP_NANOS);
      }
    }
    carriedOut = requests;
  }

  /** Makes a request and waits until it is carried out, in at most the time of a step. */
  void carryOut(Consumer<Worker> post, Deadline deadline, Runnable requireWanted) {
    deadline.set(limits.stepTimeout().toNanos());
    post.accept(this);
    await(deadline, requireWanted);
  }

  /** Returns whether the worker has carried out a request. */
  boolean hasStarted() {
    return carriedOut > 0;
  }

  /** Returns whether the worker has carried out its first reset and a request after it. */
  boolean hasStepped() {
    return carriedOut > 1;
  }

  /** Writes that the step of this worker's rows is not known. */
  void interrupt(StepBatch out) {
    int n = out.numEnvs();
    copyRows(out.observations, out.finalObservations, out.observations.length / n);
    copyRows(out.byteObservations, out.finalByteObservations, out.byteObservations.length / n);
    for (int env = first; env < first + count; env++) {
      out.rewards[env] = 0;
      out.terminated[env] = false;
      out.truncated[env] = true;
      out.interrupted[env] = true;
      out.episodeReturns[env] = 0;
      out.episodeLengths[env] = 0;
    }
  }

  /** Copies this worker's rows of {@code size} elements from one array to another. */
  @SuppressWarnings("SuspiciousSystemArraycopy") // of the same type
  private void copyRows(Object from, Object to, int size) {
    System.arraycopy(from, first * size, to, first * size, count * size);
  }

  @Override
  public String toString() {
    return connection.toString();
  }

  private boolean isDone() {
    // Read before the counter: a session that has ended has counted all its requests.
    boolean ended = session.isDone();
    boolean counted = attached().map.acknowledged() == requests;
    if (ended && !counted) {
      openSession();
    }
    return counted && (ended || signal == StepSignal.SHARED_MEMORY);
  }

  /** Reads the results of the last request into this worker's rows of {@code out}. */
  void read(StepBatch out, boolean transitions) {
    Attached attached = attached();
    attached.map.readObservations(out, first, count);
    if (transitions) {
      attached.map.readTransitions(out, first, count, attached.givesProgress);
    }
  }

  /** Reads the first observations of the new episodes that {@link #postReset(long[])} started. */
  void read(StepBatch out, long[] seeds) {
    SharedMap map = attached().map;
    for (int i = 0; i < count; i++) {
      int env = first + i;
      if (seeds[env] >= 0) {
        map.readObservation(out, i, env);
        out.rewards[env] = 0;
        out.terminated[env] = false;
        out.truncated[env] = false;
      }
    }
  }

  /** Renders the first sub-environment, after the session's idle time. */
  RenderedFrame render(long deadline) {
    return RenderedFrame.read(
        connection.await(connection.call(WorkerApi::render), "rendering", deadline, limits.step()));
  }

  /** Requests an orderly end, which begins after the session's idle time. */
  CompletableFuture<String> postClose() {
    return connection.call(WorkerApi::close);
  }

  /** Waits for the environments to be closed; returns the failure of closing, if any. */
  @Nullable EnvException awaitClosed(CompletableFuture<String> closed, long deadline) {
    return connection.awaitClosed(closed, deadline);
  }

  /** Waits for the process to end, or kills it; returns what to report in that case. */
  @Nullable EnvException awaitEnd(long deadline) {
    EnvException late = connection.awaitEnd(deadline);
    releaseMap();
    return late;
  }

  /** Begins to kill the process; {@link #kill} waits for its end. */
  void beginKill() {
    connection.beginKill();
  }

  /** Kills the process. */
  void kill() {
    connection.kill();
    releaseMap();
  }

  private void releaseMap() {
    if (attached != null) {
      attached.map.close();
      attached = null;
    }
  }

  private Attached attached() {
    if (attached == null) {
      throw new IllegalStateException("the worker has no map");
    }
    return attached;
  }
}
