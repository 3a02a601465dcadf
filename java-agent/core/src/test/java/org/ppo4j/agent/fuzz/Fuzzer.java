package org.ppo4j.agent.fuzz;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs random cases for {@code -Dppo4j.fuzz.seconds}, 2 by default, or until one fails. Case i has
 * the seed {@code seed + i}, so that {@code -Dppo4j.fuzz.seed} with the seed of a failure, which is
 * printed, starts with that case.
 */
public final class Fuzzer {
  private static final long SEED = Long.getLong("ppo4j.fuzz.seed", System.nanoTime());
  private static final long LIMIT_SECONDS = Integer.getInteger("ppo4j.fuzz.seconds", 2);

  /** What a case may allocate in all, live or not. */
  private static final long MAX_BYTES = 256L << 20;

  /** After so long without the end of a case, it is taken to hang. */
  private static final long HANGS_SECONDS = 120;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is done with the numbers of one case. */
  @FunctionalInterface
  public interface Case {
    void run(Random random) throws Exception;
  }

  private final String name;
  private final Case body;

  /** The seed of the case under way. */
  private final AtomicLong seed = new AtomicLong(SEED);

  private Fuzzer(String name, Case body) {
    this.name = name;
    this.body = body;
  }

  /**
   * Runs cases on another thread.
   *
   * @throws AssertionError if a case throws, allocates more than 256 MB or hangs
   */
  public static void run(String name, Case body) throws InterruptedException {
    new Fuzzer(name, body).run();
  }

  private void run() throws InterruptedException {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("fuzzer")
        .start(
            () -> {
              try {
                cases();
                end.complete(null);
              } catch (Throwable e) {
                end.completeExceptionally(e);
              }
            });
    long last = seed.get();
    while (true) {
      try {
        end.get(HANGS_SECONDS, SECONDS);
        System.out.printf(
            "%s: %,d cases from -Dppo4j.fuzz.seed=%d in %d s%n",
            name, seed.get() - SEED, SEED, LIMIT_SECONDS);
        return;
      } catch (ExecutionException e) {
        throw new AssertionError(
            "%s fails with -Dppo4j.fuzz.seed=%d: %s".formatted(name, seed.get(), e.getCause()),
            e.getCause());
      } catch (TimeoutException e) {
        if (seed.get() == last) {
          throw new AssertionError("%s hangs with -Dppo4j.fuzz.seed=%d".formatted(name, last), e);
        }
        last = seed.get();
      }
    }
  }

  private void cases() throws Exception {
    long end = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      body.run(new Random(seed.get()));
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated > MAX_BYTES) {
        throw new AssertionError("it allocated %,d bytes".formatted(allocated));
      }
      seed.incrementAndGet();
    } while (System.nanoTime() < end);
  }
}
