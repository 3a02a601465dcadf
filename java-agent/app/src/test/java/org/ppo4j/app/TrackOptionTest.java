package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.Json;

/** Trainings that services keep, with the services' own packages and without a network. */
class TrackOptionTest {
  private static final Path PYTHON = Path.of(System.getProperty("ppo4j.test.python", "python3"));

  /** Prints what MLflow's own client finds of a run. */
  private static final String READ_MLFLOW =
      """
      import json, sys
      from mlflow import MlflowClient
      client = MlflowClient(sys.argv[1])
      experiment = client.get_experiment_by_name("my project")
      runs = client.search_runs([experiment.experiment_id])
      curves = {name: [[each.step, each.value] for each in client.get_metric_history(run.info.run_id, name)]
                for run in runs for name in run.data.metrics}
      print(json.dumps({
          "runs": len(runs), "name": runs[0].info.run_name, "status": runs[0].info.status,
          "params": runs[0].data.params, "outcome": runs[0].data.tags["outcome"], "curves": curves}))
      """;

  @TempDir private Path folder;

  /** Runs {@code ./ppo4j} in this test's folder. */
  private CommandRun ppo4j(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    return ended(start(variables, arguments));
  }

  private Process start(Map<String, String> variables, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(ChildJvm.command(List.of(arguments), 2))
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().put("PPO4J_PYTHON", PYTHON.toString());
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(variables);
    return builder.start();
  }

  private CommandRun ended(Process process) throws IOException, InterruptedException {
    int code = process.waitFor();
    return new CommandRun(
        code,
        Files.readString(folder.resolve("out.txt")),
        Files.readString(folder.resolve("err.txt")));
  }

  @Test
  @Tag("python")
  @Timeout(240)
  void mlflowHasHyperparametersCurvesAndOutcomeAlsoOfAResumedTraining()
      throws IOException, InterruptedException {
    String store = "sqlite:///" + folder.resolve("mlflow.db");
    Map<String, String> variables = Map.of("MLFLOW_TRACKING_URI", store);
    String[] train = {
      "train",
      "--run-dir",
      "run",
      "--total-timesteps",
      "2048",
      "--track",
      "mlflow",
      "--track-project",
      "my project",
      "--eval-every",
      "1024",
      "--eval-episodes",
      "2"
    };

    CommandRun first = ppo4j(variables, train);

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).contains("Tracking     " + store + ", run ");
    CommandRun resumed =
        ppo4j(variables, "resume", "run", "--total-timesteps", "4096", "--track", "mlflow");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();

    JsonNode read = Json.MAPPER.readTree(python(READ_MLFLOW, store));
    assertThat(read.get("runs").intValue()).isEqualTo(1);
    assertThat(read.get("name").textValue()).isEqualTo("run");
    assertThat(read.get("status").textValue()).isEqualTo("FINISHED");
    assertThat(read.get("outcome").textValue()).isEqualTo("finished");
    assertThat(read.get("params").get("learning_rate").textValue()).isEqualTo("0.00025");
    assertThat(read.get("params").get("hidden_sizes").textValue()).isEqualTo("[64,64]");
    JsonNode curves = read.get("curves");
    assertThat(steps(curves.get("losses/value_loss")))
        .containsExactly(512L, 1024L, 1536L, 2048L, 2560L, 3072L, 3584L, 4096L);
    assertThat(steps(curves.get("charts/eval_return"))).contains(1024L, 2048L);
    assertThat(curves.get("charts/episodic_return").get(0).get(1).doubleValue())
        .isEqualTo(meanReturnUpTo(512));
  }

  private static List<Long> steps(JsonNode curve) {
    return Stream.iterate(0, i -> i < curve.size(), i -> i + 1)
        .map(i -> curve.get(i).get(0).longValue())
        .toList();
  }

  /** Returns the mean of the episodes of {@code episodes.csv} up to a step. */
  private double meanReturnUpTo(long step) throws IOException {
    return Files.readAllLines(folder.resolve("run/episodes.csv")).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(row -> Long.parseLong(row[0]) <= step)
        .mapToDouble(row -> Double.parseDouble(row[1]))
        .average()
        .orElseThrow();
  }

  @Test
  @Tag("python")
  @Timeout(120)
  void wandbKeepsARunOffline() throws IOException, InterruptedException {
    CommandRun run =
        ppo4j(
            Map.of("WANDB_MODE", "offline"),
            "train",
            "--run-dir",
            "run",
            "--total-timesteps",
            "2048",
            "--track",
            "wandb");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Tracking     " + folder.resolve("run/wandb/offline-run-"));
    try (Stream<Path> files = Files.walk(folder.resolve("run/wandb"))) {
      Path log = files.filter(each -> each.toString().endsWith(".wandb")).findFirst().orElseThrow();
      assertThat(new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1))
          .contains("learning_rate", "losses/value_loss", "charts/episodic_return", "outcome");
    }
  }

  @Test
  @Tag("python")
  @Timeout(120)
  void aTrackerThatDiesDoesNotStopTheTraining() throws IOException, InterruptedException {
    String store = "sqlite:///" + folder.resolve("mlflow.db");
    Process process =
        start(
            Map.of("MLFLOW_TRACKING_URI", store),
            "train",
            "--run-dir",
            "run",
            "--total-timesteps",
            "300000",
            "--track",
            "mlflow");
    while (!Files.exists(folder.resolve("run/config.json"))) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
    process.children().forEach(ProcessHandle::destroyForcibly);

    CommandRun run = ended(process);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines().filter(line -> line.startsWith("Warning: ")))
        .singleElement()
        .asString()
        .contains("was lost", "the training continues, and the rest of it is not sent to MLflow");
    assertThat(folder.resolve("run/summary.json")).content().contains("\"finished\"");
  }

  @Test
  @Tag("python")
  void aServiceThatRefusesTheRunIsAnErrorBeforeTheTraining()
      throws IOException, InterruptedException {
    CommandRun run =
        ppo4j(
            Map.of("MLFLOW_TRACKING_URI", "nonsense://nowhere"),
            "train",
            "--run-dir",
            "run",
            "--total-timesteps",
            "2048",
            "--track",
            "mlflow");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("ppo4j: MLflow failed: ").contains("nonsense");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void optionsWithoutEffectAreRefused() {
    assertThat(CommandRun.of("train", "--track-project", "x").err())
        .contains("--track-project has no effect without --track wandb or --track mlflow");
    assertThat(CommandRun.of("train", "--track", "mlflow", "--track-entity", "x").err())
        .contains("--track-entity is for --track wandb");
    assertThat(CommandRun.of("train", "--track", "neptune").err().toLowerCase(Locale.ROOT))
        .contains("wandb", "mlflow", "neptune");
  }

  private static String python(String script, String argument)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(PYTHON.toString(), "-c", script, argument)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().reduce((before, line) -> line).orElseThrow();
  }
}
