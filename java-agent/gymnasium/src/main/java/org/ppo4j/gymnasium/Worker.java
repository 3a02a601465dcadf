package org.ppo4j.gymnasium;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;

/**
 * The sub-environments {@code first .. first + count - 1} of a vector, hosted by one process.
 *
 * <p>While a stepping session lasts, the connection's thread is blocked in {@link WorkerApi#run};
 * the caller's thread posts requests in the map and watches the worker's counter. The worker leaves
 * a session in which nothing was asked for {@link #IDLE_MICROS}, so that nobody spins while the
 * agent learns. A request is a counter's value and stays until it is carried out: one that crosses
 * the end of a session is not lost, because whoever waits for it sees the session ended and opens
 * the next.
 */
final class Worker {
  /** About ten times what opening a session costs; at most so much is spun away at its end. */
  private static final int IDLE_MICROS = 1000;

  /** Looks at the counter, about 30 ns each, before the processor is offered to others. */
  private static final int POLLS = 300;

  /** After that long the environment is a slow one, which sleeping delays by 2% at most. */
  private static final long YIELD_NANOS = 5_000_000;

  private static final long SLEEP_NANOS = 50_000;

  private final int first;
  private final int count;
  private final Beat beat;
  private final WorkerConnection connection;
  private final CompletableFuture<String> made;
  private @Nullable Attached attached;
  private CompletableFuture<String> session = CompletableFuture.completedFuture("");
  private long requests;

  /** The map and how numbers stand in it. */
  private record Attached(SharedMap map, int actionSize, DType actions, DType observations) {}

  /** Starts a process and has it make its sub-environments, which {@link #made} waits for. */
  Worker(PythonEnvConfig config, Beat beat, int first, int count) {
    this.first = first;
    this.count = count;
    this.beat = beat;
    connection = new WorkerConnection(config, first, count);
    made = connection.make();
  }

  /** Waits for the sub-environments to be made and returns their description. */
  JsonNode made(long deadline, Duration limit) {
    return connection.await(made, "being started", deadline, limit);
  }

  /** Makes the map and has the process map it too. */
  void attach(EnvSpec spec, long mapSize, long deadline, Duration limit) {
    BridgeLayout layout = BridgeLayout.of(count, spec.actionSpace(), spec.observationSpace());
    if (layout.size() != mapSize) {
      throw new EnvException(
          "the map's layout is %d bytes here and %d in Python: install the python-bridge of this version"
              .formatted(layout.size(), mapSize));
    }
    SharedMap map = new SharedMap(layout);
    attached =
        new Attached(
            map,
            spec.actionSpace().size(),
            BridgeLayout.dtype(spec.actionSpace()),
            BridgeLayout.dtype(spec.observationSpace()));
    String file = map.file().toString();
    connection.await(connection.call(api -> api.attach(file)), "being started", deadline, limit);
    map.unlink();
  }

  /** Asks for new episodes, that of the vector's sub-environment i seeded with {@code seed + i}. */
  void postReset(long seed) {
    post(BridgeLayout.RESET, seed + first);
  }

  /** Asks for a step with this worker's rows of {@code actions}, {@code [N, A]}. */
  void postStep(double[] actions) {
    Attached a = attached();
    a.map.writeActions(actions, first * a.actionSize, count * a.actionSize, a.actions);
    post(BridgeLayout.STEP, 0);
  }

  private void post(long operation, long seed) {
    attached().map.post(++requests, operation, seed);
    if (session.isDone()) {
      openSession();
    }
  }

  private void openSession() {
    throwFailure();
    session =
        connection.call(
            beat == Beat.SESSION
                ? api -> api.run(Integer.MAX_VALUE, IDLE_MICROS)
                : api -> api.run(1, 0));
  }

  private void throwFailure() {
    try {
      connection.checked(session.join());
    } catch (CompletionException e) {
      throw connection.failure("stepping", e);
    }
  }

  /**
   * Waits until the last request is carried out.
   *
   * @param deadline when to give up
   * @param limit how long that was from the start, for messages
   * @param alive says whether to go on waiting
   * @throws EnvException if the request fails, the worker dies or the time is over
   */
  @SuppressWarnings("ThreadPriorityCheck") // yielding lets the worker run where processors are few
  void await(Deadline deadline, Duration limit, Alive alive) {
    long started = 0;
    for (int polls = 1; !isDone(); polls++) {
      if (polls < POLLS) {
        Thread.onSpinWait();
        continue;
      }
      alive.check();
      if (deadline.isOver()) {
        throw connection.late("stepping", limit);
      }
      long now = System.nanoTime();
      started = polls == POLLS ? now : started;
      if (now - started < YIELD_NANOS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(SLEEP_NANOS);
      }
    }
  }

  /** Throws if waiting has become pointless. */
  interface Alive {
    void check();
  }

  private boolean isDone() {
    // Before the counter is read: a session that has ended has counted all it carried out.
    boolean ended = session.isDone();
    boolean counted = attached().map.acknowledged() == requests;
    if (ended && !counted) {
      openSession();
    }
    return counted && (ended || beat == Beat.SESSION);
  }

  /** Reads what the last request wrote into this worker's rows of {@code out}. */
  void read(StepBatch out, boolean transitions) {
    Attached a = attached();
    a.map.readObservations(out, first, count, a.observations);
    if (transitions) {
      a.map.readTransitions(out, first, count, a.observations);
    }
  }

  /** Asks for an orderly end, which comes when the session's idle time is over. */
  CompletableFuture<String> postClose() {
    return connection.call(WorkerApi::close);
  }

  /** Waits for that end, for {@code limit} and no longer; returns closing's failure, if any. */
  @Nullable EnvException end(CompletableFuture<String> closed, Duration limit) {
    EnvException failure = connection.end(closed, limit);
    releaseMap();
    return failure;
  }

  /** Ends the process without asking. */
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
