package org.ppo4j.lab.tune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.Json;
import org.ppo4j.lab.tune.StudyTrial.State;

class TuneReportTest {
  @TempDir private Path folder;

  private static StudyTrial trial(int number, State state, @Nullable Double value, String reason) {
    Map<String, JsonNode> params =
        Map.of(
            "gamma",
            Json.MAPPER.valueToTree(0.9 + 0.01 * number),
            "activation",
            Json.MAPPER.valueToTree("relu"));
    return new StudyTrial(
        number,
        state,
        value,
        params,
        List.of(new double[] {100, 17}),
        reason.isEmpty() ? Map.of() : Map.of("reason", Json.MAPPER.valueToTree(reason)));
  }

  private String report(Map<String, Double> importance) throws IOException {
    SearchSpace space =
        new SpaceReader("s.yaml")
            .read("{gamma: {low: 0.9, high: 0.99}, activation: {choices: [tanh, relu]}}");
    List<StudyTrial> trials =
        List.of(
            trial(0, State.COMPLETE, 12.5, ""),
            trial(1, State.PRUNED, null, ""),
            trial(2, State.FAIL, null, "diverged: <NaN>"),
            trial(3, State.COMPLETE, 44.25, ""),
            trial(4, State.FAIL, null, ""));
    Path file = folder.resolve("report.html");
    new TuneReport("Search", List.of("about"), space, trials, importance).write(file);
    return Files.readString(file);
  }

  @Test
  void showsTheBestFirst() throws IOException {
    String html = report(Map.of("gamma", 0.75, "activation", 0.25));

    assertThat(html)
        .contains("<tr><th>trial</th><th>3</th><th>0</th></tr>")
        .contains("<tr><td>figure</td><td>44.25</td><td>12.50</td></tr>")
        .contains("<tr><td>activation</td><td>relu</td><td>relu</td></tr>")
        .contains("75.0%")
        .contains("the best 1 of 2 trials");
  }

  @Test
  void namesTheTrialsThatFailedAndNotThoseThatAreTriedAgain() throws IOException {
    assertThat(report(Map.of()))
        .contains("<li>trial 2 diverged: &lt;NaN&gt;</li>")
        .doesNotContain("<li>trial 4")
        .contains("Importances need at least four complete trials.");
  }

  /** Three dots: the complete trials are filled, the pruned one at its last report is not. */
  @Test
  void drawsPrunedTrialsAtTheirLastFigure() throws IOException {
    String history = report(Map.of()).split("id=\"plot-history\"")[1].split("</svg>")[0];

    assertThat(history.split("<circle class=\"fd0", -1)).hasSize(1 + 2 + 1); // one in the legend
    assertThat(history.split("<circle class=\"sd5", -1)).hasSize(1 + 1 + 1);
  }
}
