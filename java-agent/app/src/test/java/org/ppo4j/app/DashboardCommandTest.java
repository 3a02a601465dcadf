package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.live.Dashboard;

class DashboardCommandTest {
  @TempDir private Path folder;

  /** Without an open page the command ends with the training. */
  @Test
  void aTrainingPrintsTheAddressAndEnds() {
    CommandRun run = CommandRun.shortTraining(folder.resolve("run"), "--dashboard");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .matches("(?s).*Dashboard    http://127\\.0\\.0\\.1:\\d+/#[A-Za-z0-9_-]{43}\\R.*");
  }

  @Test
  void thePageDoesNotChangeTheTraining() throws IOException {
    Path with = folder.resolve("with");
    Path without = folder.resolve("without");
    CommandRun.shortTraining(with, "--dashboard");
    CommandRun.shortTraining(without);
    assertThat(with.resolve("episodes.csv"))
        .hasSameBinaryContentAs(without.resolve("episodes.csv"));
  }

  @Test
  void aPortWithoutADashboardIsRefused() {
    CommandRun run = CommandRun.shortTraining(folder.resolve("run"), "--dashboard-port=8080");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--dashboard-port has no effect without --dashboard");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aPortThatIsTakenIsRefusedBeforeTheRunBegins() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun run =
          CommandRun.shortTraining(
              folder.resolve("run"), "--dashboard", "--dashboard-port=" + taken.getLocalPort());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("the dashboard cannot listen on port " + taken.getLocalPort());
      assertThat(folder.resolve("run")).doesNotExist();
    }
    CommandRun outside = CommandRun.of("dashboard", "--port=70000");
    assertThat(outside.exitCode()).isEqualTo(2);
    assertThat(outside.err()).contains("--port must be from 0 to 65535, 0 for a free port");
  }

  private CommandRun learn(String name, String... more) {
    Path task = folder.resolve("task");
    if (!Files.exists(task)) {
      CommandRun.of("tokens", "make", "addition", task.toString(), "--hidden-size=16");
    }
    List<String> args =
        new ArrayList<>(List.of("tokens", "grpo", "--run-dir", folder.resolve(name).toString()));
    args.addAll(List.of("--model", task.resolve("model").toString()));
    args.addAll(List.of("--data", task.resolve("train.jsonl").toString()));
    args.addAll(List.of("--reward-class", "org.ppo4j.tokens.reward.AdditionReward"));
    args.addAll(List.of("--max-completion-length=3", "--max-steps=2", "--num-iterations=2"));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  @Test
  void aLanguageModelIsShownAndNotChanged() throws Exception {
    CommandRun run = learn("with", "--dashboard");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("Dashboard    http://127.0.0.1:");
    learn("without");
    assertThat(folder.resolve("with/model/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("without/model/model.safetensors"));
    try (Dashboard dashboard = Dashboard.open(0)) {
      DashboardCommand.show(dashboard, folder.resolve("with"));
      assertThat(runs(dashboard))
          .contains("\"title\":\"with\",\"state\":\"finished\"", "\"algorithm\":\"grpo\"")
          .contains("\"total_steps\":2", "\"has_updates\":false");
    }
  }

  /** Returns the page's description of its runs. */
  private static String runs(Dashboard dashboard) throws IOException, InterruptedException {
    URI address = URI.create(dashboard.address());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/events"))
              .header("Authorization", "Bearer " + address.getFragment())
              .build();
      try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
        String line = lines.filter(each -> each.startsWith("data: ")).findFirst().orElseThrow();
        client.shutdownNow();
        return line;
      }
    }
  }

  @Test
  void aLanguageModelsPortIsRefusedBeforeTheRunBegins() {
    CommandRun run = learn("run", "--dashboard-port=8080");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--dashboard-port has no effect without --dashboard");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aRunThatIsMissingIsRefused() {
    CommandRun run = CommandRun.of("dashboard", folder.resolve("missing").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("there is no run folder");
  }

  @Test
  void theRecordedRunIsMadeAgain() throws IOException {
    Path file = folder.resolve("recording.json");
    CommandRun run = CommandRun.of("dashboard", "--record", file.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(file))
        .startsWith("{\"run\":{\"run\":0,\"title\":\"A recorded run\",\"state\":\"recorded\"")
        .contains("\"iteration\":1,", "\"iteration\":117,", "\"episodes\":[");
  }
}
