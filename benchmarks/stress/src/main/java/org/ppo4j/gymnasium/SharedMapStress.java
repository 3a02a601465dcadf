package org.ppo4j.gymnasium;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * The sequence of {@link SharedMap}: Java posts a request and waits for its acknowledgement, the
 * worker waits for the request, carries it out and acknowledges. Here the worker is a thread that
 * has mapped the same file a second time, as another process does. It reads and writes the counters
 * with acquire and release; that Python's plain stores are seen in order on x86-64 is not tested.
 *
 * <p>All states share one map, for a file each would be too many: each pair of actors is one
 * request, whose number both count.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "Each side sees all of the other's.")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "A side sees a counter, but not what was written before.")
@State
@SuppressWarnings(
    "ThreadPriorityCheck") // yielding lets the other side run where processors are few
public class SharedMapStress {
  private static final Space OBSERVATION = Space.Box.of(0, 1e18, 1, DType.FLOAT64);
  private static final BridgeLayout LAYOUT =
      BridgeLayout.of(1, new Space.Discrete(2), OBSERVATION, 0);
  private static final SharedMap JAVA = new SharedMap(LAYOUT);
  private static final MemorySegment WORKER = mapAgain();
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final StepBatch BATCH = new StepBatch(1, 1);

  /** Requests posted and carried out; each is written by one actor alone. */
  private static long posted;

  private static long carriedOut;

  private static MemorySegment mapAgain() {
    try (FileChannel channel =
        FileChannel.open(JAVA.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment memory =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, LAYOUT.size(), Arena.global());
      JAVA.unlink();
      return memory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Posts a request and reads what it gave. */
  @Actor
  public void java(III_Result result) {
    long request = ++posted;
    JAVA.writeActions(new double[] {request}, 0, 1, DType.INT64);
    JAVA.post(request, BridgeLayout.STEP, 3 * request);
    while (JAVA.acknowledged() != request) {
      Thread.yield();
    }
    JAVA.readObservations(BATCH, 0, 1, DType.FLOAT64);
    JAVA.readTransitions(BATCH, 0, 1, DType.FLOAT64);
    result.r1 = BATCH.observations[0] == 4 * request ? 1 : 0;
    result.r2 = BATCH.rewards[0] == -request && !BATCH.isDone(0) ? 1 : 0;
  }

  /** Carries the request out: the observation is seed + action, the reward -action. */
  @Actor
  public void worker(III_Result result) {
    long request = ++carriedOut;
    while ((long) LONG.getAcquire(WORKER, BridgeLayout.REQUEST) != request) {
      Thread.yield();
    }
    long operation = WORKER.get(JAVA_LONG, BridgeLayout.OPERATION);
    long seed = WORKER.get(JAVA_LONG, BridgeLayout.SEED);
    long action = WORKER.get(JAVA_LONG, LAYOUT.actions());
    result.r3 = operation == BridgeLayout.STEP && seed == 3 * request && action == request ? 1 : 0;
    WORKER.set(JAVA_DOUBLE, LAYOUT.observations(), (double) (seed + action));
    WORKER.set(JAVA_DOUBLE, LAYOUT.rewards(), (double) -action);
    LONG.setRelease(WORKER, BridgeLayout.ACKNOWLEDGED, request);
  }
}
