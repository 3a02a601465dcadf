package org.ppo4j.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP, unless started by nohup) into
 * a request to stop, while it is open. A second signal, or a request that is not followed in time,
 * ends the process at once. What comes within a second of the first is the same request: a terminal
 * signals a whole group of processes, and the one that has started this one passes it on.
 *
 * <p>Handlers and not a shutdown hook, since Java runs its hooks once: with a hook the second
 * Ctrl-C would do nothing. {@code sun.misc.Signal} is the module jdk.unsupported's only interface
 * to signals, and there is no other in Java.
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
   * Starts to listen.
   *
   * @param request called at the first signal, on a thread of its own
   * @param patience how long the process may go on after the request
   * @param err where the user is told
   */
  Interrupts(Runnable request, Duration patience, PrintWriter err) {
    this.request = request;
    this.patience = patience;
    this.err = err;
    listen("INT");
    listen("TERM");
    listen("HUP");
  }

  /** Returns 0 if nothing came, and otherwise the exit code that is usual after that signal. */
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
    err.println("Stopping after this update; once more stops at once, without a checkpoint.");
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
    err.println("ppo4j: not stopped after %d s, giving up".formatted(patience.toSeconds()));
    err.flush();
    Runtime.getRuntime().halt(code);
  }
}
