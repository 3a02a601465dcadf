package org.ppo4j.tokens.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.network.TwoThreads;

/**
 * Divides ranges among threads: a binary tree of {@link TwoThreads}. Each element of a result is
 * computed by one thread, so the number of threads does not change a byte.
 */
public final class Team implements AutoCloseable {
  /** Work on a part of a range. */
  @FunctionalInterface
  public interface Work {
    /** Does the work of the elements {@code from} to {@code to - 1}. */
    void run(int from, int to);
  }

  /** The threads {@code first} to {@code first + count - 1}. */
  private final class Node {
    private final int first;
    private final @Nullable TwoThreads duo;
    private final @Nullable Node left;
    private final @Nullable Node right;
    private final Runnable task = this::run;

    private Node(int first, int count) {
      this.first = first;
      duo = count > 1 ? TwoThreads.of(2) : null;
      left = count > 1 ? new Node(first, count / 2) : null;
      right = count > 1 ? new Node(first + count / 2, count - count / 2) : null;
    }

    private void run() {
      if (duo != null) {
        duo.both(Objects.requireNonNull(left).task, Objects.requireNonNull(right).task);
        return;
      }
      int from = Math.min(size, first * part);
      int to = Math.min(size, from + part);
      if (from < to) {
        work.run(from, to);
      }
    }

    private void close() {
      if (duo != null) {
        duo.close();
        Objects.requireNonNull(left).close();
        Objects.requireNonNull(right).close();
      }
    }
  }

  private final int threads;
  private final Node root;
  private Work work = (from, to) -> {};
  private int size;
  private int part;

  /** Starts {@code threads - 1} threads, which sleep while there is no work. */
  public Team(int threads) {
    this.threads = threads;
    root = new Node(0, threads);
  }

  /**
   * Does the work of the elements 0 to {@code size - 1}; returns when all of it is done. Not for
   * use by two threads at a time.
   *
   * @param multiple what each part but the last is a multiple of
   */
  public void split(int size, int multiple, Work work) {
    int parts = (size + multiple - 1) / multiple;
    if (threads == 1 || parts <= 1) {
      if (size > 0) {
        work.run(0, size);
      }
      return;
    }
    this.size = size;
    this.work = work;
    part = (parts + threads - 1) / threads * multiple;
    root.task.run();
  }

  /** Stops the threads. */
  @Override
  public void close() {
    root.close();
  }
}
