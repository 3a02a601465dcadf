package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
