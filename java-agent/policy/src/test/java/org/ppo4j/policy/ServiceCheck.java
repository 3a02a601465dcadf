package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls docs/examples/service as the build has made it, on JDK 17 where one is installed. Not named
 * a test, since it runs after the package phase.
 */
class ServiceCheck {
  private static final Path TARGET = Path.of(System.getProperty("ppo4j.test.service", "missing"));
  private static final Path SERVICE = TARGET.resolve("service.jar");

  @TempDir private Path folder;

  @Test
  void needsNothingButTheSmallPolicyJar() throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
      jars = files.toList();
    }
    assertThat(jars).hasSize(1);
    assertThat(jars.get(0).getFileName().toString()).startsWith("ppo4j-policy-");
    assertThat(Files.size(jars.get(0))).isLessThanOrEqualTo(300_000);
    System.out.printf(
        "ServiceCheck: service.jar has %d bytes, %s %d%n",
        Files.size(SERVICE), jars.get(0).getFileName(), Files.size(jars.get(0)));
  }

  @Test
  void answersObservationsWithActions() throws Exception {
    Path file = PolicyFiles.random(1).write(folder);
    Process service = start(file.toString(), "0");
    try (Policy policy = Policy.load(file);
        BufferedReader output =
            new BufferedReader(
                new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8))) {
      String line = output.readLine();
      assertThat(line).startsWith("POST an observation to http://localhost:");
      URI uri = URI.create(line.substring(line.indexOf("http")).replace("localhost", "127.0.0.1"));
      HttpClient client = HttpClient.newHttpClient();
      HttpResponse<String> response = post(client, uri, " [1, -2.0, 5e-1, 3]\n");
      assertThat(response.statusCode()).isEqualTo(200);
      double[] action = policy.act(new double[] {1, -2, 0.5, 3});
      assertThat(response.body()).isEqualTo(Arrays.toString(action) + "\n");

      assertBad(client, uri, "[1, 2, 3]", "the observation has 3 numbers, but 4 were expected");
      assertBad(client, uri, "[]", "element 0 of the array is not a number");
      assertBad(client, uri, "[1, 2, , 4]", "element 2 of the array is not a number");
      assertBad(client, uri, "[NaN, 2, 3, 4]", "the body must be a JSON array of numbers");
      assertBad(client, uri, "hello", "the body must be a JSON array of numbers");
      HttpResponse<String> get =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(get.statusCode()).isEqualTo(405);
    } finally {
      service.destroy();
      assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void refusesAFileThatIsNotThere() throws Exception {
    Path file = folder.resolve("none.zip");
    Process service = start(file.toString(), "0");
    String output = new String(service.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output.strip()).isEqualTo("there is no policy file " + file);
    assertThat(service.waitFor()).isEqualTo(1);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(java().toString(), "-jar", SERVICE.toString()), Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
  }

  /** Returns the java of a JDK 17 next to this JDK, or this JDK's. */
  private static Path java() throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    try (Stream<Path> siblings = Files.list(home.resolveSibling("."))) {
      Path java =
          siblings
              .filter(sibling -> sibling.getFileName().toString().matches(".*\\b17\\b.*"))
              .map(sibling -> sibling.resolve("bin/java"))
              .filter(Files::isExecutable)
              .findFirst()
              .orElse(home.resolve("bin/java"));
      System.out.println("ServiceCheck: runs on " + java);
      return java;
    }
  }

  private static void assertBad(HttpClient client, URI uri, String body, String message)
      throws IOException, InterruptedException {
    HttpResponse<String> response = post(client, uri, body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo(message + "\n");
  }

  private static HttpResponse<String> post(HttpClient client, URI uri, String body)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
    return client.send(request, BodyHandlers.ofString());
  }
}
