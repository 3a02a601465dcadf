package org.ppo4j.agent.network;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does two pieces of work at once: one on the calling thread, the other on a thread of its own.
 *
 * <p>Pieces last microseconds, so the second thread waits for its next one by spinning, and sleeps
 * when none has come for {@value #SPIN_NANOS} ns. A piece that it has not begun when the caller is
 * done with its own, for other programs want the cores too, the caller does itself. Which thread
 * does what never changes a result: the pieces share nothing that either writes. One caller at a
 * time.
 */
public final class TwoThreads implements AutoCloseable {
  private static final long SPIN_NANOS = 100_000;

  /** How often a waiting thread looks before it gives way to others, should they want its core. */
  private static final int LOOKS = 2_000;

  private final @Nullable Thread second;
  private Runnable theirs = () -> {};
  private @Nullable Throwable failure;

  /** Pieces that were for the second thread. */
  private volatile long handed;

  /** Those that one of the threads has begun. */
  private final AtomicLong begun = new AtomicLong();

  /** Those that are done. */
  private volatile long done;

  private volatile boolean asleep;
  private volatile boolean closed;

  /** Makes the second thread by {@code factory}; none if that is null. */
  TwoThreads(@Nullable ThreadFactory factory) {
    second = factory == null ? null : factory.newThread(this::serve);
    if (second != null) {
      second.start();
    }
  }

  /** Works on one thread or on two. */
  public static TwoThreads of(int threads) {
    return new TwoThreads(
        threads > 1 ? Thread.ofPlatform().daemon().name("ppo4j-duo").factory() : null);
  }

  /** Does both pieces, on the calling thread alone if there is but one. */
  public void both(Runnable mine, Runnable theirs) {
    if (second == null) {
      mine.run();
      theirs.run();
      return;
    }
    this.theirs = theirs;
    failure = null;
    long piece = handed + 1;
    handed = piece;
    if (asleep) {
      LockSupport.unpark(second);
    }
    try {
      mine.run();
    } finally {
      begin(piece);
      int looks = 0;
      while (done < piece) {
        pause(++looks);
      }
    }
    Throwable thrown = failure;
    if (thrown != null) {
      throw new IllegalStateException("the second piece of work failed: " + thrown, thrown);
    }
  }

  /** Does a piece unless the other thread has begun it. */
  private void begin(long piece) {
    if (begun.compareAndSet(piece - 1, piece)) {
      try {
        theirs.run();
      } catch (Throwable e) {
        failure = e;
      }
      done = piece;
    }
  }

  private void serve() {
    long last = 0;
    while (awaitPieceAfter(last)) {
      last = handed;
      begin(last);
    }
  }

  /** Returns whether there is another piece; not when closed. */
  private boolean awaitPieceAfter(long last) {
    long start = System.nanoTime();
    int looks = 0;
    while (handed == last) {
      if (closed) {
        return false;
      }
      if (++looks % LOOKS == 0 && System.nanoTime() - start > SPIN_NANOS) {
        asleep = true;
        if (handed == last && !closed) {
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
