package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.run.CheckpointFiles;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.tensorboard.EventWriter;

class DashboardTest {
  private final Dashboard dashboard = Dashboard.open(0);
  private final URI address = URI.create(dashboard.address());

  @AfterEach
  void close() {
    dashboard.close();
  }

  /** Sends a request as it stands, and returns the status line. */
  private String status(String method, String path, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      String request =
          method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(start, StandardCharsets.US_ASCII).substring("HTTP/1.1 ".length());
    }
  }

  private String host() {
    return "Host: 127.0.0.1:" + address.getPort();
  }

  private String token() {
    return "Authorization: Bearer " + address.getFragment();
  }

  @Test
  void thePageNeedsNoTokenAndTheNumbersDo() throws IOException {
    assertThat(address.getFragment()).as("256 bits").hasSize(43);
    assertThat(status("GET", "/", host())).isEqualTo("200");
    assertThat(status("GET", "/events", host(), token())).isEqualTo("200");
    assertThat(status("GET", "/events", host())).isEqualTo("401");
    assertThat(status("GET", "/events", host(), token() + "x")).isEqualTo("401");
    assertThat(status("GET", "/events?token=" + address.getFragment(), host())).isEqualTo("401");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, ''",
    "127.0.0.1, ''",
    "evil.example:PORT, ''",
    "127.0.0.1:PORT, http://evil.example",
    "127.0.0.1:PORT, https://127.0.0.1:PORT",
    "127.0.0.1:PORT, http://localhost:PORT",
    "127.0.0.1:PORT, 'null'"
  })
  void requestsOfOtherSitesAreRefused(String host, String origin) throws IOException {
    String port = address.getPort() + "";
    List<String> headers = new ArrayList<>(List.of("Host: " + host.replace("PORT", port), token()));
    if (!origin.isEmpty()) {
      headers.add("Origin: " + origin.replace("PORT", port));
    }
    assertThat(status("GET", "/events", headers.toArray(String[]::new))).isEqualTo("403");
    assertThat(status("GET", "/", headers.toArray(String[]::new))).isEqualTo("403");
  }

  @Test
  void ownOriginsAreAccepted() throws IOException {
    String localhost = "localhost:" + address.getPort();
    assertThat(status("GET", "/", "Host: " + localhost, "Origin: http://" + localhost))
        .isEqualTo("200");
  }

  @Test
  void onlyGetIsAnsweredAndOnlyWhatThereIs() throws IOException {
    assertThat(status("POST", "/events", host(), token(), "Content-Length: 0")).isEqualTo("405");
    assertThat(status("GET", "/config.json", host(), token())).isEqualTo("404");
    assertThat(status("GET", "/%2e%2e/page/main.js", host(), token())).isEqualTo("404");
  }

  @Test
  void otherAddressesOfThisMachineAreNotServed() throws IOException {
    List<String> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> !each.isLoopbackAddress())
            .map(each -> each.getHostAddress())
            .toList();
    for (String other : others) {
      assertThatThrownBy(
              () -> {
                try (Socket socket = new Socket()) {
                  socket.connect(new InetSocketAddress(other, address.getPort()), 2000);
                }
              })
          .as(other)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aPortThatIsTakenIsRefusedInOneSentence() {
    assertThatThrownBy(() -> Dashboard.open(address.getPort()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching(
            "the dashboard cannot listen on port \\d+ of this machine: .*; choose another port, or"
                + " 0 for a free one");
    assertThatThrownBy(() -> Dashboard.open(65536))
        .hasMessage("a port is a number from 1 to 65535, or 0 for a free one, but is 65536");
  }

  /** Reads events until there is one of each of these names, and returns the last of each. */
  private JsonNode events(String... names) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/events"))
              .header("Authorization", "Bearer " + address.getFragment())
              .build();
      ObjectNode found = PageJson.MAPPER.createObjectNode();
      try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
        String name = "";
        for (String line : (Iterable<String>) lines::iterator) {
          if (line.startsWith("event: ")) {
            name = line.substring(7);
          } else if (line.startsWith("data: ")) {
            found.set(name, PageJson.MAPPER.readTree(line.substring(6)));
            if (Stream.of(names).allMatch(found::has)) {
              break;
            }
          }
        }
      }
      client.shutdownNow();
      return found;
    }
  }

  private static TrainingBuilder cartPole(int steps) {
    return Training.on("CartPole-v1").config(c -> c.totalTimesteps(steps));
  }

  @Test
  void aTrainingIsShownWhileItRuns() throws Exception {
    try (Training training = cartPole(50_000_000).listener(dashboard.listener("a run")).build()) {
      Thread thread = Thread.ofPlatform().start(training::run);
      JsonNode events = events("runs", "points", "update", "frame");
      training.stop();
      thread.join();
      JsonNode run = events.get("runs").get(0);
      assertThat(run.get("title").asText()).isEqualTo("a run");
      assertThat(run.get("state").asText()).isEqualTo("running");
      assertThat(run.get("total_steps").asLong()).isEqualTo(49_999_872);
      JsonNode points = events.get("points");
      assertThat(points.get("names").toString())
          .contains(
              "\"return\"", "\"length\"", "\"speed\"", "losses/approx_kl", "clip/above_negative");
      assertThat(points.get("rows").get(0)).hasSize(points.get("names").size() + 2);
      JsonNode frames = events.get("update").get("frames");
      assertThat(frames).hasSize(16);
      assertThat(frames.get(0).get("ratios").asText()).as("128 floats").hasSize(4 * 171);
      assertThat(events.get("frame").get("observation")).hasSize(4);
    }
  }

  @Test
  void aFinishedRunIsShownFromItsFolder(@TempDir Path folder) throws Exception {
    RunFolder run = RunFolder.create(folder.resolve("finished"));
    RunRecorder recorder = new RunRecorder(run);
    try (Training training =
        cartPole(5120)
            .listener(recorder)
            .listener(new CheckpointFiles(run, recorder::force, warning -> {}))
            .build()) {
      training.run();
    }
    dashboard.show(run.path());
    JsonNode events = events("runs", "points", "frame");
    assertThat(events.get("runs").get(0).get("title").asText()).isEqualTo("finished");
    assertThat(events.get("runs").get(0).get("state").asText()).isEqualTo("finished");
    assertThat(events.get("points").get("rows")).hasSize(10);
  }

  private static final LanguageRun.About LANGUAGE =
      new LanguageRun.About("a run", "sums/sft/model", "ppo", 3, 200);

  @Test
  void aLanguageModelIsShownWhileItLearns() throws Exception {
    LanguageRun run = dashboard.show(LANGUAGE, new LanguageRun.Clipping(0.2, 1, 2));
    run.samples(List.of(new LanguageRun.Sample("1+2=", "3\n", 1)));
    Thread trainer =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int step = 1; !Thread.currentThread().isInterrupted(); step++) {
                    for (int epoch = 0; epoch < 2; epoch++) {
                      run.minibatch(1, new float[] {-1 + epoch}, new float[] {-1}, new float[] {2});
                    }
                    run.step(step, Map.of("train/objective/kl", 0.5));
                    LockSupport.parkNanos(1_000_000);
                  }
                });
    JsonNode events = events("runs", "points", "update", "samples");
    trainer.interrupt();
    trainer.join();
    assertThat(events.get("runs").get(0).toString())
        .isEqualTo(
            "{\"run\":0,\"title\":\"a run\",\"state\":\"running\",\"model\":\"sums/sft/model\","
                + "\"algorithm\":\"ppo\",\"seed\":3,\"total_steps\":200,\"has_updates\":true}");
    assertThat(events.get("points").get("names").toString())
        .isEqualTo("[\"speed\",\"train/objective/kl\"]");
    assertThat(events.get("points").get("rows").get(0).get(3).asDouble()).isEqualTo(0.5);
    JsonNode update = events.get("update");
    assertThat(update.get("clip_coef").asDouble()).isEqualTo(0.2);
    assertThat(update.get("frames")).hasSize(2);
    assertThat(update.get("frames").get(1).get("ratios").asText())
        .isEqualTo(PageJson.floats(new float[] {(float) Math.E}));
    assertThat(events.get("samples").get("samples").get(0).toString())
        .isEqualTo("{\"prompt\":\"1+2=\",\"completion\":\"3\\n\",\"reward\":1.0}");
    run.end("finished");
    assertThat(run.shown().state()).isEqualTo("finished");
  }

  @Test
  void aFinishedLanguageModelIsShownFromItsEventFile(@TempDir Path folder) throws Exception {
    Instant start = Instant.ofEpochSecond(1_000_000);
    try (EventWriter writer = EventWriter.create(folder, start)) {
      writer.scalar(start, 0, "eval/reward", 0.25);
      writer.scalar(start.plusSeconds(4), 1, "train/loss", 0.5);
      writer.scalar(start.plusSeconds(8), 2, "train/loss", 0.375);
    }
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    dashboard.show(LANGUAGE, "finished", file);
    JsonNode events = events("runs", "points");
    assertThat(events.get("runs").get(0).get("has_updates").asBoolean()).isFalse();
    assertThat(events.get("points").get("names").toString())
        .isEqualTo("[\"speed\",\"eval/reward\",\"train/loss\"]");
    assertThat(events.get("points").get("rows").toString())
        .isEqualTo("[[0,0,null,0.25],[1,4,0.25,null,0.5],[2,8,0.25,null,0.375]]");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 30));
    assertThatThrownBy(() -> dashboard.show(LANGUAGE, "finished", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no curves");
  }

  @Test
  void aFolderWithoutARunIsRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> dashboard.show(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a run folder");
  }
}
