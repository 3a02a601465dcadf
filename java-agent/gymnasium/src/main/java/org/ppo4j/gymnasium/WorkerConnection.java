package org.ppo4j.gymnasium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import py4j.ClientServer;
import py4j.Py4JException;

/**
 * The connection to a worker process. All calls are made on one separate thread, because Py4J opens
 * a connection for each thread that calls. Calls are futures, so that each wait can have a limit.
 */
final class WorkerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerConnection.class);
  private static final long THREAD_SECONDS = 5;

  /** The time after which a wait looks at the process. */
  private static final long SLICE_NANOS = 100_000_000;

  /** Writes one line; NaN and infinities as the words that Python reads as numbers. */
  private static final ObjectWriter REQUESTS =
      Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .without(JsonWriteFeature.WRITE_NAN_AS_STRINGS);

  private final PythonEnvConfig config;
  private final int first;
  private final WorkerProcess process;
  private final StopLooks looks;
  private final ExecutorService thread;
  private final CompletableFuture<Remote> remote;
  private volatile int count;

  /** The last call, which fails when the process ends. */
  private volatile CompletableFuture<String> last = CompletableFuture.completedFuture("");

  /** Py4J's client and the worker's entry point. */
  private record Remote(ClientServer client, WorkerApi api) {}

  /**
   * Starts the worker of the sub-environments from {@code first} on.
   *
   * @param worker its number, for {@code out}
   * @param out receives what it prints
   */
  WorkerConnection(
      PythonEnvConfig config, WorkerPython python, int worker, int first, EnvironmentOutput out) {
    this.config = config;
    this.first = first;
    count = 1;
    WorkerTokens tokens = WorkerTokens.random();
    process = WorkerProcess.start(python, tokens, config.seeds().hashSeed(), worker, out);
    looks = new StopLooks(process);
    thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("ppo4j-worker-" + process.pid()).factory());
    remote = CompletableFuture.supplyAsync(() -> connect(process.port(), tokens), thread);
    // Not the socket's end, which a process that the environment started may hold open.
    process.onExit(this::failLast);
  }

  /** Fails the last call, if the process was connected; if not, connecting fails with a reason. */
  private void failLast() {
    if (remote.isDone() && !remote.isCompletedExceptionally()) {
      last.completeExceptionally(new Py4JException("the process has ended"));
    }
  }

  private static String request(PythonEnvConfig config, int first, int count) {
    try {
      return REQUESTS.writeValueAsString(
          Map.of(
              "id",
              config.id(),
              "count",
              count,
              "kwargs",
              config.kwargs(),
              "action_masks",
              config.actionMasks().name().toLowerCase(Locale.ROOT),
              "seed",
              config.seeds().environments() + first));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the arguments %s of %s cannot be written as JSON: %s"
              .formatted(config.kwargs(), config.id(), e.getOriginalMessage()),
          e);
    }
  }

  private static Remote connect(int port, WorkerTokens tokens) {
    // Py4J defines the proxy of WorkerApi, which is not public, in the context class loader.
    Thread.currentThread().setContextClassLoader(WorkerApi.class.getClassLoader());
    ClientServer client =
        new ClientServer.ClientServerBuilder()
            .pythonPort(port)
            .pythonAddress(InetAddress.getLoopbackAddress())
            .authToken(tokens.ofJava())
            .socketFactory(new NoDelaySockets())
            .autoStartJavaServer(false)
            .enableMemoryManagement(false)
            .build();
    WorkerApi api = (WorkerApi) client.getPythonServerEntryPoint(new Class<?>[] {WorkerApi.class});
    if (!tokens.isOfWorker(api.hello())) {
      client.getPythonClient().shutdown();
      throw new EnvException(
          "what listens on port %d is not the worker, because it does not have its token"
              .formatted(port));
    }
    return new Remote(client, api);
  }

  /**
   * Requests {@code count} sub-environments, those that exist included; the reply describes them.
   */
  CompletableFuture<String> make(int count) {
    this.count = count;
    String request = request(config, first, count);
    return call(api -> api.make(request));
  }

  /** Makes a call after all earlier calls have ended. */
  CompletableFuture<String> call(Function<WorkerApi, String> call) {
    if (thread.isShutdown()) {
      return CompletableFuture.failedFuture(new Py4JException("the process was killed"));
    }
    CompletableFuture<String> reply =
        remote.thenApplyAsync(remote -> call.apply(remote.api()), thread);
    last = reply;
    if (!process.isAlive()) {
      failLast();
    }
    return reply;
  }

  /**
   * Waits for a reply.
   *
   * @param reply the call's future
   * @param doing what the worker does in the meantime, for messages: "being started"
   * @param deadline the end of the wait, on the clock of {@link System#nanoTime}
   * @param limit the time that the deadline allowed, for messages, {@link WorkerLimits#start}
   * @return the reply
   * @throws EnvException if the call fails, the reply is a failure, the worker dies or is stopped,
   *     or the deadline passes
   */
  JsonNode await(CompletableFuture<String> reply, String doing, long deadline, String limit) {
    long now = System.nanoTime();
    looks.begin(now);
    try {
      while (true) {
        try {
          long wait = Math.min(deadline - now, SLICE_NANOS);
          return checked(reply.get(wait, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
          now = System.nanoTime();
          if (deadline - now <= 0) {
            throw late(doing, limit);
          }
          requireNotStopped(doing, now);
        }
      }
    } catch (ExecutionException e) {
      throw failure(doing, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvException("interrupted while %s was %s".formatted(this, doing), e);
    }
  }

  /** Returns a reply as JSON; throws {@link EnvException} if it is a failure. */
  JsonNode checked(String reply) {
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(reply);
    } catch (JsonProcessingException e) {
      throw new EnvException("%s sent a reply that is not JSON".formatted(this), e);
    }
    if (json.has("error")) {
      int env = json.path("env").asInt();
      String operation = json.path("operation").asText();
      String subject =
          env < 0 ? config.id() : "sub-environment %d of %s".formatted(first + env, config.id());
      if (operation.equals("give")) { // a value that is not what its space says
        throw new PythonException(
            "%s gave %s".formatted(subject, json.path("error").asText()), "", true);
      }
      throw new PythonException(
          "%s %s: %s"
              .formatted(
                  subject,
                  operation.equals("make") ? "cannot be made" : "failed in " + operation,
                  json.path("error").asText()),
          json.path("traceback").asText(),
          json.path("by_bridge").asBoolean());
    }
    return json;
  }

  /** Begins a wait in which {@link #requireNotStopped} is called. */
  void beginWait(long now) {
    looks.begin(now);
  }

  /**
   * Finds out now and then whether the worker is stopped.
   *
   * @param doing as in {@link #await}
   * @param now the time on the clock of {@link System#nanoTime}
   * @throws EnvException if it is
   */
  void requireNotStopped(String doing, long now) {
    if (looks.isStopped(now)) {
      throw new EnvException(
          "%s was stopped by a signal (SIGSTOP) while %s, and was killed%s"
              .formatted(this, doing, process.lastErrors()));
    }
  }

  /** Returns what to throw when the worker took longer than {@code limit}. */
  EnvException late(String doing, String limit) {
    return new EnvException(
        "%s was still %s after %s, and was killed%s"
            .formatted(this, doing, limit, process.lastErrors()));
  }

  /** Returns what to throw when a call failed with {@code error}. */
  EnvException failure(String doing, Throwable error) {
    Throwable cause = error;
    while (!(cause instanceof EnvException || cause instanceof Py4JException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof EnvException described) {
      return described;
    }
    String reason = cause instanceof Py4JException ? "" : " (%s)".formatted(cause);
    return new EnvException(
        "%s was lost while %s: %s%s".formatted(this, doing, process.ending(), reason), cause);
  }

  /**
   * Waits for the environments to be closed, then has the process end.
   *
   * @param closed the reply to the call of {@link WorkerApi#close}
   * @param deadline the end of the wait, on the clock of {@link System#nanoTime}
   * @return the failure of closing, if there was one
   */
  @Nullable EnvException awaitClosed(CompletableFuture<String> closed, long deadline) {
    try {
      await(closed, "being closed", deadline, config.limits().close());
      process.closeLifeline();
      return null;
    } catch (EnvException e) {
      process.beginKill();
      return e;
    }
  }

  /**
   * Waits for the process to end by itself; then kills it.
   *
   * @return what to report if it had to be killed
   */
  @Nullable EnvException awaitEnd(long deadline) {
    boolean ended = process.ends(deadline);
    kill();
    return ended
        ? null
        : new EnvException(
            "%s had closed its environments but had not ended after %s, and was killed: a thread or a process that an environment started keeps it from ending"
                .formatted(this, config.limits().close()));
  }

  /** Begins to kill the process; {@link #kill} waits for its end. */
  void beginKill() {
    process.beginKill();
  }

  /** Kills the process. */
  void kill() {
    process.kill();
    disconnect();
  }

  private void disconnect() {
    if (remote.isDone() && !remote.isCompletedExceptionally()) {
      remote.join().client().getPythonClient().shutdown();
    }
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(THREAD_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the thread of {} does not end", this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    String envs =
        count == 1
            ? "sub-environment " + first
            : "sub-environments %d to %d".formatted(first, first + count - 1);
    return "the Python worker %d, which steps %s of %s,"
        .formatted(process.pid(), envs, config.id());
  }

  /** Sockets that send at once: Nagle's algorithm would delay replies by 40 ms. */
  private static final class NoDelaySockets extends SocketFactory {
    private static Socket noDelay(Socket socket) throws IOException {
      socket.setTcpNoDelay(true);
      return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
      return noDelay(new Socket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return noDelay(new Socket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return noDelay(new Socket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return noDelay(new Socket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return noDelay(new Socket(host, port, local, localPort));
    }
  }
}
