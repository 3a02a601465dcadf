package org.ppo4j.stress;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.ppo4j.agent.network.TwoThreads;

/**
 * The hand-over of {@link TwoThreads}: plain writes of the caller are seen by the second piece, on
 * whichever thread it runs, plain writes of both pieces are seen by the caller afterwards, and each
 * piece is run once. jcstress brings the calling thread, {@link TwoThreads} the other.
 */
public final class TwoThreadsStress {
  /** One for all states: a thread each would be too many. There is one calling actor at a time. */
  private static final TwoThreads TWO = TwoThreads.of(2);

  private TwoThreadsStress() {}

  /** The second thread spins when a piece comes. */
  @JCStressTest
  @Outcome(id = "1, 11, 101", expect = Expect.ACCEPTABLE, desc = "Both pieces ran once and are seen.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "A piece was lost, run twice or not seen.")
  @State
  public static class Spinning {
    private int input;
    private int mine;
    private int theirs;

    @Actor
    public void caller(III_Result result) {
      input = 1;
      TWO.both(() -> mine += input + 10, () -> theirs += input + 100);
      result.r1 = input;
      result.r2 = mine;
      result.r3 = theirs;
    }
  }

  /** The second thread is about to sleep, or sleeps, when a piece comes. */
  @JCStressTest
  @Outcome(id = "1, 11, 101", expect = Expect.ACCEPTABLE, desc = "Both pieces ran once and are seen.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "A piece was lost, run twice or not seen.")
  @State
  public static class FallingAsleep {
    /** How long the second thread spins before it sleeps. */
    private static final long SPIN_NANOS = 100_000;

    private int input;
    private int mine;
    private int theirs;

    @Actor
    public void caller(III_Result result) {
      LockSupport.parkNanos(SPIN_NANOS / 2);
      input = 1;
      TWO.both(() -> mine += input + 10, () -> theirs += input + 100);
      result.r1 = input;
      result.r2 = mine;
      result.r3 = theirs;
    }
  }

  /** The second piece fails; the next pair is done all the same. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "The failure is passed on once.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "The failure was lost or seen twice.")
  @State
  public static class Failing {
    private int failures;
    private int done;

    @Actor
    public void caller(II_Result result) {
      try {
        TWO.both(
            () -> done++,
            () -> {
              throw new IllegalArgumentException("of the second piece");
            });
      } catch (IllegalStateException e) {
        failures++;
      }
      TWO.both(() -> {}, () -> done++);
      result.r1 = failures;
      result.r2 = done;
    }
  }
}
