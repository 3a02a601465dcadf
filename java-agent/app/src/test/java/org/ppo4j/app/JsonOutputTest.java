package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.env.Envs;

/** The output for programs: JSON alone on standard output, and exit codes. */
class JsonOutputTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private static JsonNode json(CommandRun run) throws IOException {
    return MAPPER.readTree(run.out()); // fails if there is anything else
  }

  /** The table of the form in docs/json.md names exactly the members. */
  private static void assertDocumented(JsonNode json) throws IOException {
    String schema = json.get("schema").textValue();
    String page = Files.readString(Path.of("../../docs/json.md"));
    int start = page.indexOf("## `" + schema + "`");
    assertThat(start).as("the section of " + schema).isNotNegative();
    int end = page.indexOf("\n## ", start);
    List<String> documented = new ArrayList<>();
    page.substring(start, end < 0 ? page.length() : end)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> documented.add(line.split("`")[1]));
    List<String> members = new ArrayList<>();
    json.fieldNames().forEachRemaining(members::add);
    assertThat(documented).as(schema).containsExactlyElementsOf(members);
  }

  @Test
  void aTrainingAndItsEvaluation() throws IOException {
    Path run = folder.resolve("run");

    CommandRun training =
        CommandRun.of(
            "train",
            "--json",
            "--total-timesteps=512",
            "--num-steps=32",
            "--require-return=5",
            "--run-dir=" + run);

    assertThat(training.exitCode()).isZero();
    assertThat(training.err()).contains("Environment  CartPole-v1 (native)");
    JsonNode json = json(training);
    assertDocumented(json);
    assertThat(json.get("run").textValue()).isEqualTo(run.toString());
    assertThat(json.get("outcome").textValue()).isEqualTo("finished");
    assertThat(json.get("total_steps").longValue()).isEqualTo(512);

    CommandRun again = CommandRun.of("resume", "--json", "--quiet", run.toString());
    assertThat(json(again)).isEqualTo(withoutRequirement(json));

    CommandRun evaluation =
        CommandRun.of("evaluate", "--json", "--episodes=3", "--fail-below=501", run.toString());
    assertThat(evaluation.exitCode()).isEqualTo(3);
    assertThat(evaluation.err()).contains("less than the 501.0 of --fail-below");
    JsonNode result = json(evaluation);
    assertDocumented(result);
    assertThat(result.get("returns")).hasSize(3);
    assertThat(result.get("exit_code").intValue()).isEqualTo(3);
  }

  private static JsonNode withoutRequirement(JsonNode json) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) json.deepCopy())
        .putNull("required_return");
  }

  @Test
  void environments() throws IOException {
    CommandRun run = CommandRun.of("envs", "--json");

    assertDocumented(json(run));
    JsonNode cartPole = json(run).get("environments").get(Envs.ids().headSet("CartPole-v1").size());
    assertThat(cartPole.get("id").textValue()).isEqualTo("CartPole-v1");
    assertThat(cartPole.get("max_episode_steps").intValue()).isEqualTo(500);
    assertThat(cartPole.get("action_space").get("n").intValue()).isEqualTo(2);
  }

  @Test
  void theMachine() throws IOException {
    CommandRun run = CommandRun.of("doctor", "CartPole-v1", "--json");

    assertDocumented(json(run));
    assertThat(run.exitCode()).isEqualTo(json(run).get("exit_code").intValue());
    assertThat(json(run).get("findings").findValuesAsText("name"))
        .contains("JDK", "MuJoCo", "Python");
    assertThat(CommandRun.of("doctor").out())
        .contains("This machine can train native environments.");
  }

  @Test
  void comparisons() throws IOException {
    Path run = folder.resolve("run");
    CommandRun.shortTraining(run);

    CommandRun compared =
        CommandRun.of(
            "compare",
            "CartPole-v1",
            "--json",
            "--runs=" + run,
            "--run-dir=" + folder.resolve("report"));

    assertDocumented(json(compared));
    assertThat(json(compared).get("comparison"))
        .isEqualTo(MAPPER.readTree(folder.resolve("report/comparison.json").toFile()));
    assertThat(compared.err()).contains("The whole report");
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "500, 3"})
  void aTrainingBelowTheRequiredReturnHasExitCode3(String required, int exitCode) {
    CommandRun run =
        CommandRun.shortTraining(folder.resolve("run"), "--require-return=" + required);

    assertThat(run.exitCode()).isEqualTo(exitCode);
    if (exitCode != 0) {
      assertThat(run.err())
          .startsWith("ppo4j: the mean return of the last 100 training episodes is ")
          .contains("less than the 500.0 of --require-return");
    }
  }

  @Test
  void aTrainingEndsAfterItsSecondsAndCanBeResumed() {
    Path run = folder.resolve("run");

    CommandRun limited =
        CommandRun.of("train", "--total-timesteps=1e9", "--max-seconds=0.5", "--run-dir=" + run);

    assertThat(limited.exitCode()).isZero();
    assertThat(limited.out()).contains("The time of --max-seconds is over.", "Stopped after");
    CommandRun resumed = CommandRun.of("resume", "--max-seconds=0.2", run.toString());
    assertThat(resumed.out()).contains("Resumed at", "Stopped after");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --max-seconds=0| --max-seconds must be positive and at most 1e9, but is 0.0",
        "train --max-seconds=NaN| --max-seconds must be positive and at most 1e9, but is NaN",
        "train --require-return=NaN| --require-return must be a finite number, but is NaN",
        "evaluate x --fail-below=inf| --fail-below must be a finite number, but is Infinity"
      })
  void limitsAreChecked(String args, String message) {
    CommandRun run = CommandRun.of(args.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: " + message);
  }
}
