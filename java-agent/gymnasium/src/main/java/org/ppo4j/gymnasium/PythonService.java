package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import py4j.ClientServer;

/**
 * A module of the package {@code ppo4j_bridge} that runs in its own Python process and is called
 * through Py4J.
 *
 * <p>The process reads a token from standard input, prints a line with its port, and ends when
 * standard input is closed, which the kernel does when this JVM dies. All calls are made on one
 * separate thread, one after the other.
 *
 * @param <T> the interface of its entry point; arguments and replies are strings and numbers
 */
public final class PythonService<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PythonService.class);
  private static final int TOKEN_BYTES = 32;
  private static final int KEPT_LINES = 5;
  private static final Duration TO_END = Duration.ofSeconds(5);
  private static final Pattern ANNOUNCEMENT = Pattern.compile("ppo4j-bridge (\\d+|missing (\\S+))");

  private final Process process;
  private final Duration limit;
  private final ExecutorService thread;
  private final ClientServer client;
  private final T api;

  private PythonService(
      Process process, Duration limit, ExecutorService thread, ClientServer client, T api) {
    this.process = process;
    this.limit = limit;
    this.thread = thread;
    this.client = client;
    this.api = api;
  }

  /** Thrown if Python lacks a module that the service imports. */
  public static final class MissingModuleException extends Exception {
    private static final long serialVersionUID = 1L;

    private MissingModuleException(String module) {
      super(module);
    }
  }

  /**
   * Starts {@code python -m ppo4j_bridge.<module>}, with the package that this artifact carries.
   *
   * @param api the interface of its entry point
   * @param limit the time limit of a call
   * @throws MissingModuleException if it lacks a module, which the message names
   * @throws EnvException if it does not start
   */
  public static <T> PythonService<T> start(Path python, String module, Class<T> api, Duration limit)
      throws MissingModuleException {
    return start(python, module, List.of(), api, limit);
  }

  /**
   * As above.
   *
   * @param arguments the arguments of the module
   */
  public static <T> PythonService<T> start(
      Path python, String module, List<String> arguments, Class<T> api, Duration limit)
      throws MissingModuleException {
    Process process = BridgeModule.start(python, module, arguments, Map.of());
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("ppo4j-" + module).factory());
    try {
      String token = token();
      OutputStream lifeline = process.getOutputStream();
      lifeline.write((token + "\n").getBytes(StandardCharsets.UTF_8));
      lifeline.flush();
      int port = port(python, module, process);
      return thread.submit(() -> connect(process, limit, thread, port, token, api)).get();
    } catch (IOException e) {
      throw abandoned(process, thread, "%s does not start: %s".formatted(python, e), e);
    } catch (ExecutionException e) {
      throw abandoned(process, thread, "%s cannot be called".formatted(python), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw abandoned(process, thread, "interrupted while %s was started".formatted(python), e);
    } catch (MissingModuleException | RuntimeException e) {
      process.destroyForcibly();
      thread.shutdownNow();
      throw e;
    }
  }

  private static EnvException abandoned(
      Process process, ExecutorService thread, String message, Exception cause) {
    process.destroyForcibly();
    thread.shutdownNow();
    return new EnvException(message, cause);
  }

  private static String token() {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  private static int port(Path python, String module, Process process)
      throws IOException, MissingModuleException {
    List<String> errors = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform().daemon().name("ppo4j-stderr").start(() -> keep(process, errors));
    List<String> lines = new ArrayList<>();
    PrintedLines.read(process.getInputStream(), line -> !lines.add(line));
    Matcher line = ANNOUNCEMENT.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (line.matches() && line.group(2) != null) {
      throw new MissingModuleException(line.group(2));
    }
    if (line.matches()) {
      return Integer.parseInt(line.group(1));
    }
    try {
      reader.join(TO_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (errors) {
      throw new EnvException(
          "ppo4j_bridge.%s does not start in %s: %s"
              .formatted(
                  module,
                  python,
                  lines.isEmpty() ? String.join(" / ", errors) : "it printed " + lines));
    }
  }

  private static void keep(Process process, List<String> errors) {
    try {
      PrintedLines.read(
          process.getErrorStream(),
          line -> {
            LOG.debug("{}: {}", process.pid(), line);
            synchronized (errors) {
              errors.add(line);
              if (errors.size() > KEPT_LINES) {
                errors.removeFirst();
              }
            }
            return true;
          });
    } catch (IOException e) {
      LOG.debug("standard error of {}", process.pid(), e);
    }
  }

  private static <T> PythonService<T> connect(
      Process process,
      Duration limit,
      ExecutorService thread,
      int port,
      String token,
      Class<T> api) {
    // Py4J defines the proxy of an interface that is not public in the context class loader.
    Thread.currentThread().setContextClassLoader(api.getClassLoader());
    ClientServer client =
        new ClientServer.ClientServerBuilder()
            .pythonPort(port)
            .pythonAddress(InetAddress.getLoopbackAddress())
            .authToken(token)
            .autoStartJavaServer(false)
            .enableMemoryManagement(false)
            .build();
    Object entryPoint = client.getPythonServerEntryPoint(new Class<?>[] {api});
    return new PythonService<>(process, limit, thread, client, api.cast(entryPoint));
  }

  /**
   * Makes a call and waits for its reply; may be called from any thread.
   *
   * @throws EnvException if the process has ended or does not reply within the limit
   */
  public String call(Function<T, String> call) {
    Future<String> reply = thread.submit(() -> call.apply(api));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reply.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
          interrupted = true; // a reply that is lost would leave both sides in different states
        }
      }
    } catch (TimeoutException e) {
      throw new EnvException("%s did not reply within %d s".formatted(this, limit.toSeconds()), e);
    } catch (ExecutionException e) {
      throw new EnvException("%s was lost: %s".formatted(this, e.getCause()), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the process. */
  @Override
  public void close() {
    client.getPythonClient().shutdown();
    thread.shutdownNow();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TO_END)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "the Python process %d".formatted(process.pid());
  }
}
