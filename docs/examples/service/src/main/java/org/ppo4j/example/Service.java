package org.ppo4j.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.PolicyException;

/**
 * Answers HTTP requests with a trained policy's actions: {@code POST /act} takes an observation as
 * a JSON array of numbers and returns the action as one.
 */
public final class Service {
  /** Far more than an observation of numbers needs. */
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final Policy policy;

  private Service(Policy policy) {
    this.policy = policy;
  }

  /** Serves the policy in the file {@code args[0]} on the port {@code args[1]} of this machine. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !args[1].matches("\\d{1,5}") || Integer.parseInt(args[1]) > 65535) {
      System.err.println("usage: java -jar service.jar POLICY PORT (0 for any free port)");
      System.exit(2);
    }
    try {
      Service service = new Service(Policy.load(Path.of(args[0])));
      InetAddress loopback = InetAddress.getLoopbackAddress();
      HttpServer server =
          HttpServer.create(new InetSocketAddress(loopback, Integer.parseInt(args[1])), 0);
      server.setExecutor(executor());
      server.createContext("/act", service::handle);
      server.start();
      System.out.printf("POST an observation to http://localhost:%d/act%n", port(server));
    } catch (PolicyException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        respond(exchange, 405, "text/plain", "send an observation with POST");
        return;
      }
      try {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
        double[] action = policy.act(numbers(new String(body, StandardCharsets.UTF_8)));
        respond(exchange, 200, "application/json", Arrays.toString(action));
      } catch (IllegalArgumentException e) {
        respond(exchange, 400, "text/plain", e.getMessage());
      }
    }
  }

  /** Reads a JSON array of numbers. */
  private static double[] numbers(String json) {
    String text = json.strip();
    if (!text.matches("\\[[-+.0-9eE,\\s]*]")) {
      throw new IllegalArgumentException("the body must be a JSON array of numbers");
    }
    String[] elements = text.substring(1, text.length() - 1).split(",", -1);
    double[] numbers = new double[elements.length];
    for (int i = 0; i < elements.length; i++) {
      try {
        numbers[i] = Double.parseDouble(elements[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("element %d of the array is not a number".formatted(i));
      }
    }
    return numbers;
  }

  private static void respond(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** A virtual thread for each request from JDK 21 on, a pool of platform threads before. */
  private static ExecutorService executor() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    }
  }
}
