package org.ppo4j.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP, unless started by nohup) into
 * a request to stop, until this is closed. A second signal, or a request that is not followed in
 * time, ends the process at once. Signals within one second of the first count as the same request,
 * because a terminal signals a whole group of processes, and the parent process may pass its signal
 * on.
 *
 * <p>This class uses signal handlers instead of a shutdown hook because Java runs its hooks only
 * once: with a hook, the second Ctrl-C would have no effect. Java's only interface to signals is
 * {@code sun.misc.Signal}, in the module jdk.unsupported.
 */
final class Interrupts implements AutoCloseable {
  private static final Duration SAME_REQUEST = Duration.ofSeconds(1);

  private record Replaced(Signal signal, SignalHandler handler) {}

  private final Runnable request;
  private final Duration patience;
  private final PrintWriter err;
  private final List<Replaced> replaced = new ArrayList<>();
  private long first; // when the first signal came, as System.nanoTime
  private volatile int exitCode;

  /**
   * Installs the signal handlers.
   *
   * @param request called at the first signal, on a separate thread
   * @param patience how long the process may continue after the request
   * @param err receives the messages to the user
   */
  Interrupts(Runnable request, Duration patience, PrintWriter err) {
    this.request = request;
    this.patience = patience;
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
        Runtime.getRuntime().halt(code);
      }
      return;
    }
    first = now;
    exitCode = code;
    err.println();
    err.println("Stopping after this update; a second signal stops at once, without a checkpoint.");
    err.flush();
    Thread.ofPlatform().daemon().name("patience").start(() -> haltLater(code));
    request.run();
  }

  private void haltLater(int code) {
    try {
      Thread.sleep(patience);
    } catch (InterruptedException e) {
      return;
    }
    err.println(
        "ppo4j: the training did not stop within %d s; ending it without a checkpoint"
            .formatted(patience.toSeconds()));
    err.flush();
    Runtime.getRuntime().halt(code);
  }
}
