package org.ppo4j.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP, unless started by nohup) into
 * a request to stop, until this is closed. If the request is not followed in half a second, the
 * iteration in progress is cancelled. A second signal, or a training that does not end in ten
 * seconds, ends the process, after the last whole iteration is saved, unless what is stopped says
 * otherwise. Signals within one second of the first count as the same request, because a terminal
 * signals a whole group of processes, and the parent process may pass its signal on.
 *
 * <p>This class uses signal handlers instead of a shutdown hook because Java runs its hooks only
 * once: with a hook, the second Ctrl-C would have no effect. Java's only interface to signals is
 * {@code sun.misc.Signal}, in the module jdk.unsupported.
 */
final class Interrupts implements AutoCloseable {
  private static final Duration SAME_REQUEST = Duration.ofSeconds(1);
  private static final Duration UNTIL_CANCELLED = Duration.ofMillis(500);
  private static final Duration UNTIL_ABANDONED = Duration.ofSeconds(9);
  private static final Duration UNTIL_SAVED = Duration.ofSeconds(5);

  private record Replaced(Signal signal, SignalHandler handler) {}

  /** What is stopped; called on other threads than its own. */
  interface Stoppable {
    /** Asks for an end after the current iteration. */
    void stop();

    /** Asks for an end as soon as possible, without the current iteration. */
    void cancel();

    /** Saves the last whole iteration; the thread that should end may never do so. */
    void rescue();

    /** Returns what is printed when a stop was asked for. */
    default String stopping() {
      return "Stopping after this update, or in half a second without it; a second signal stops at"
          + " once.";
    }

    /** Returns whether the process ends, after {@link #rescue}, if it does not stop in time. */
    default boolean isAbandoned() {
      return true;
    }

    /** Returns what is printed before {@link #rescue}. */
    default String abandoning() {
      return "the training does not answer; saving its last whole update and ending it";
    }
  }

  private final Stoppable stoppable;
  private final PrintWriter err;
  private final List<Replaced> replaced = new ArrayList<>();
  private long first; // when the first signal came, as System.nanoTime
  private volatile int exitCode;
  private volatile boolean closed;

  /**
   * Installs the signal handlers.
   *
   * @param err receives the messages to the user
   */
  Interrupts(Stoppable stoppable, PrintWriter err) {
    this.stoppable = stoppable;
    this.err = err;
    listen("INT");
    listen("TERM");
    listen("HUP");
  }

  /** Returns the usual exit code after the signal received; 0 if there was none. */
  int exitCode() {
    return exitCode;
  }

  @Override
  public void close() {
    closed = true;
    replaced.forEach(each -> Signal.handle(each.signal(), each.handler()));
  }

  private void listen(String name) {
    Signal signal = new Signal(name);
    replaced.add(new Replaced(signal, Signal.handle(signal, this::received)));
  }

  private synchronized void received(Signal signal) {
    int code = 128 + signal.getNumber();
    long now = System.nanoTime();
    if (exitCode != 0) {
      if (now - first > SAME_REQUEST.toNanos()) {
        abandon(code);
      }
      return;
    }
    first = now;
    exitCode = code;
    say("");
    say(stoppable.stopping());
    Thread.ofPlatform().daemon().name("patience").start(() -> insist(code));
    stoppable.stop();
  }

  private void insist(int code) {
    try {
      Thread.sleep(UNTIL_CANCELLED);
      stoppable.cancel();
      Thread.sleep(UNTIL_ABANDONED);
    } catch (InterruptedException e) {
      return;
    }
    if (!closed && stoppable.isAbandoned()) {
      abandon(code);
    }
  }

  /** Ends the process without waiting for the training. */
  private void abandon(int code) {
    say("ppo4j: " + stoppable.abandoning());
    Thread rescue = Thread.ofPlatform().daemon().name("rescue").start(stoppable::rescue);
    try {
      if (!rescue.join(UNTIL_SAVED)) {
        say("ppo4j: it cannot be saved in %d s".formatted(UNTIL_SAVED.toSeconds()));
      }
    } catch (InterruptedException _) {
      // the process ends anyway
    }
    Runtime.getRuntime().halt(code);
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }
}
