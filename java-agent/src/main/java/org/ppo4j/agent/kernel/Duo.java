package org.ppo4j.agent.kernel;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does two pieces of work at once: one on the calling thread, the other on a thread of its own.
 *
 * <p>Pieces last microseconds, so the second thread waits for its next one by spinning, and sleeps
 * when none has come for {@value #SPIN_NANOS} ns. Which thread does what never changes a result:
 * the pieces share nothing that either writes. One caller at a time.
 */
public final class Duo implements AutoCloseable {
  private static final long SPIN_NANOS = 100_000;

  /** How often a waiting thread looks before it gives way to others, should they want its core. */
  private static final int LOOKS = 2_000;

  private final @Nullable Thread second;
  private Runnable theirs = () -> {};
  private @Nullable Throwable failure;

  /** Pieces handed to the second thread. */
  private volatile long handed;

  /** Pieces it has done. */
  private volatile long done;

  private volatile boolean asleep;
  private volatile boolean closed;

  private Duo(boolean parallel) {
    second =
        parallel ? Thread.ofPlatform().daemon().name("ppo4j-duo").unstarted(this::serve) : null;
    if (second != null) {
      second.start();
    }
  }

  /** Works on one thread or on two. */
  public static Duo of(int threads) {
    return new Duo(threads > 1);
  }

  /** Does both pieces, on the calling thread alone if there is but one. */
  public void both(Runnable mine, Runnable theirs) {
    if (second == null) {
      mine.run();
      theirs.run();
      return;
    }
    this.theirs = theirs;
    long piece = handed + 1;
    handed = piece;
    if (asleep) {
      LockSupport.unpark(second);
    }
    try {
      mine.run();
    } finally {
      int looks = 0;
      while (done < piece) {
        pause(++looks);
      }
    }
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw new IllegalStateException("the second thread failed: " + thrown, thrown);
    }
  }

  private void serve() {
    while (awaitPiece()) {
      try {
        theirs.run();
      } catch (Throwable e) {
        failure = e;
      }
      done = handed;
    }
  }

  /** Returns whether there is another piece; not when closed. */
  private boolean awaitPiece() {
    long start = System.nanoTime();
    int looks = 0;
    while (handed == done) {
      if (closed) {
        return false;
      }
      if (++looks % LOOKS == 0 && System.nanoTime() - start > SPIN_NANOS) {
        asleep = true;
        if (handed == done && !closed) {
          LockSupport.park(this);
        }
        asleep = false;
      } else {
        pause(looks);
      }
    }
    return true;
  }

  private static void pause(int looks) {
    if (looks % LOOKS == 0) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  /** Ends the second thread. */
  @Override
  public void close() {
    closed = true;
    if (second != null) {
      LockSupport.unpark(second);
    }
  }
}
