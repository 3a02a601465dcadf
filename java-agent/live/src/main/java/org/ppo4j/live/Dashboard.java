package org.ppo4j.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.TrainingListener;

/**
 * A page on this machine that shows trainings while they run, finished runs, and without any of
 * them how PPO's update works.
 *
 * {@snippet :
 * try (Dashboard dashboard = Dashboard.open(0);
 *     Training training =
 *         Training.on("CartPole-v1").listener(dashboard.listener("cartpole")).build()) {
 *   System.out.println(dashboard.address());
 *   training.run();
 * }
 * }
 *
 * <p>The server listens on the loopback address only. The numbers of a run need the token that is
 * the fragment of {@link #address}, which a browser does not send to servers; the page sends it in
 * a header. Requests for another host or from another origin are refused, and nothing that a
 * request can ask for changes anything.
 *
 * <p>All methods may be called by any thread.
 */
public final class Dashboard implements AutoCloseable {
  private static final long TIDY_MILLIS = 500;
  private static final int MAX_STREAMS = 16;
  private static final String ADDRESS = "127.0.0.1";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Access access;
  private final List<ShownRun> runs = new CopyOnWriteArrayList<>();
  private final AtomicInteger expected = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile boolean closed;

  private Dashboard(HttpServer server) {
    this.server = server;
    access = new Access(server.getAddress().getPort());
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    threads.execute(this::tidy);
    server.start();
  }

  /**
   * Starts to serve the page.
   *
   * @param port the port, from 1 to 65535; 0 for a free one
   * @throws IllegalArgumentException if there is no such port
   * @throws UncheckedIOException if the port is in use or not permitted
   */
  public static Dashboard open(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "a port is a number from 1 to 65535, or 0 for a free one, but is " + port);
    }
    // Many small events: without it, TCP holds a second one back until the first is acknowledged.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      InetSocketAddress address = new InetSocketAddress(loopback(), port);
      return new Dashboard(HttpServer.create(address, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the dashboard cannot listen on port %d of this machine: %s; choose another port, or 0 for a free one"
              .formatted(port, e.getMessage()),
          e);
    }
  }

  /** Returns 127.0.0.1, also on a machine that prefers IPv6. */
  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  /** Returns the address of the page, with the token. */
  public String address() {
    return "http://%s:%d/#%s".formatted(ADDRESS, server.getAddress().getPort(), access.token());
  }

  /**
   * Returns a listener that shows one training.
   *
   * @param title the name of the run on the page
   */
  public TrainingListener listener(String title) {
    expected.incrementAndGet();
    return new RunObserver(title, runs::add);
  }

  /**
   * Shows the run in a folder, as it is now.
   *
   * @throws IllegalArgumentException if it is not a run folder, or has no curves
   * @throws UncheckedIOException if a file cannot be read
   */
  public void show(Path runFolder) {
    runs.add(RunFiles.read(runFolder));
    expected.incrementAndGet();
  }

  /**
   * Shows a training of a language model, which the caller tells of its steps.
   *
   * @param clipping the form of its updates if they maximise PPO's clipped objective; null
   *     otherwise
   */
  public LanguageRun show(LanguageRun.About about, LanguageRun.@Nullable Clipping clipping) {
    LanguageRun run = new LanguageRun(about, clipping);
    runs.add(run.shown());
    expected.incrementAndGet();
    return run;
  }

  /**
   * Shows a training of a language model that is not running here.
   *
   * @param state {@code finished} or {@code unfinished}
   * @param events its event file
   * @throws IllegalArgumentException if there are no curves in it
   * @throws UncheckedIOException if it cannot be read
   */
  public void show(LanguageRun.About about, String state, Path events) {
    ShownRun.About language = new ShownRun.OfLanguage(about, false);
    runs.add(RunFiles.curves(events, new ShownRun(language, state, null)));
    expected.incrementAndGet();
  }

  /** Returns how many pages are open. */
  public int pages() {
    return streams.get();
  }

  /** Stops serving. Pages that are open keep what they have. */
  @Override
  public void close() {
    closed = true;
    server.stop(streams.get() > 0 ? 1 : 0); // time for the last events
    threads.shutdownNow();
    for (ShownRun run : runs) {
      if (run.player() != null) {
        run.player().close();
      }
    }
  }

  /** Arranges the numbers of runs now and then, which nobody does while no page is open. */
  private void tidy() {
    try {
      while (!closed) {
        runs.forEach(run -> run.history.tidy());
        Thread.sleep(TIDY_MILLIS);
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      protect(exchange.getResponseHeaders());
      String path = exchange.getRequestURI().getPath();
      Assets.Asset asset = Assets.of(path);
      if (!access.isOwn(exchange.getRequestHeaders())) {
        refuse(exchange, 403, "This server answers only its own page, on this machine.");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        refuse(exchange, 405, "This server only answers GET.");
      } else if (asset != null) {
        exchange.getResponseHeaders().set("Content-Type", asset.type());
        send(exchange, 200, asset.bytes());
      } else if (!path.equals("/events")) {
        refuse(exchange, 404, "There is nothing at this address.");
      } else if (!access.hasToken(exchange.getRequestHeaders())) {
        refuse(
            exchange, 401, "The token is missing or wrong; open the address that ppo4j printed.");
      } else {
        stream(exchange);
      }
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    if (streams.incrementAndGet() > MAX_STREAMS) {
      streams.decrementAndGet();
      refuse(exchange, 503, "%d pages are open; close one.".formatted(MAX_STREAMS));
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      new EventStream(runs, expected::get, exchange.getResponseBody(), () -> closed).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    } finally {
      streams.decrementAndGet();
    }
  }

  private static void protect(Headers response) {
    response.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
            + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    response.set("Cache-Control", "no-store");
  }

  private static void refuse(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    send(exchange, status, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
