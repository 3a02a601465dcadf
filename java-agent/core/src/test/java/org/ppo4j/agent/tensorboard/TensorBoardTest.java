package org.ppo4j.agent.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;

/** What TensorBoard's own reader finds in the folder of a training. */
class TensorBoardTest {
  private static final int UPDATES = 8;

  /** What a training should have left: to each tag its points in order. */
  private final Map<String, List<Point>> logged = new TreeMap<>();

  @TempDir private Path path;

  private record Point(long step, float value) {}

  @Test
  @Tag("python")
  void tensorBoardReadsEveryCurve() throws IOException, InterruptedException, URISyntaxException {
    double before = System.currentTimeMillis() * 1e-3;
    train();
    double after = System.currentTimeMillis() * 1e-3;

    Map<String, List<List<Double>>> read = readByTensorBoard();

    Map<String, List<Point>> points = new TreeMap<>();
    read.forEach(
        (tag, curve) -> {
          points.put(tag, curve.stream().map(TensorBoardTest::point).toList());
          assertThat(curve.stream().map(point -> point.get(2)))
              .as("times of " + tag)
              .isSorted()
              .allSatisfy(time -> assertThat(time).isBetween(before - 1e-3, after + 1e-3));
        });
    List<Point> speed = Objects.requireNonNull(points.remove("charts/SPS"));
    assertThat(speed.stream().map(Point::step)).isEqualTo(steps("losses/value_loss"));
    assertThat(speed).allSatisfy(point -> assertThat(point.value()).isPositive());
    assertThat(points).isEqualTo(logged);
    assertThat(points.keySet())
        .contains(
            "charts/learning_rate",
            "charts/episodic_return",
            "charts/episodic_length",
            "losses/value_loss",
            "losses/policy_loss",
            "losses/entropy",
            "losses/old_approx_kl",
            "losses/approx_kl",
            "losses/clipfrac",
            "losses/explained_variance");
    assertThat(episodes(points)).isEqualTo(Files.readAllLines(path.resolve("episodes.csv")));
  }

  /** The tabs Text and HParams, by the code of TensorBoard's own plugins. */
  @Test
  @Tag("python")
  void tensorBoardShowsTheHyperparameters()
      throws IOException, InterruptedException, URISyntaxException {
    RunFolder folder = RunFolder.create(path.resolve("run"));
    try (Training training =
        Training.on("CartPole-v1")
            .config(config -> config.totalTimesteps(512))
            .listener(new RunRecorder(folder))
            .build()) {
      training.run();
    }

    JsonNode shown = Json.MAPPER.readTree(python("read_tabs.py"));

    Map<String, Object> settings = folder.config().settings();
    JsonNode row = shown.get("hparams").get(0);
    assertThat(row.size()).isEqualTo(settings.size()).isGreaterThan(50);
    settings.forEach(
        (name, value) -> {
          switch (value) {
            case Number number ->
                assertThat(row.get(name).asDouble()).as(name).isEqualTo(number.doubleValue());
            case Boolean flag -> assertThat(row.get(name).booleanValue()).as(name).isEqualTo(flag);
            default -> assertThat(row.get(name).textValue()).as(name).isEqualTo(value);
          }
        });
    assertThat(row.get("learning_rate").asDouble()).isEqualTo(2.5e-4);
    assertThat(row.get("hidden_sizes").textValue()).isEqualTo("[64,64]");
    assertThat(shown.get("text").get("hyperparameters/text_summary").textValue())
        .contains("<th>param</th>\n<th>value</th>")
        .contains("<td>env</td>\n<td>CartPole-v1</td>")
        .contains("<td>learning_rate</td>\n<td>2.5E-4</td>");
  }

  private List<Long> steps(String tag) {
    return Objects.requireNonNull(logged.get(tag)).stream().map(Point::step).toList();
  }

  /** Puts the curves of episodes together as the rows of {@code episodes.csv}. */
  private static List<String> episodes(Map<String, List<Point>> points) {
    List<String> rows = new ArrayList<>(List.of("global_step,episodic_return,episodic_length"));
    List<Point> returns = Objects.requireNonNull(points.get("charts/episodic_return"));
    List<Point> lengths = Objects.requireNonNull(points.get("charts/episodic_length"));
    for (int i = 0; i < returns.size(); i++) {
      Point each = returns.get(i);
      rows.add("%d,%s,%d".formatted(each.step, each.value, (int) lengths.get(i).value));
    }
    return rows;
  }

  private static Point point(List<Double> point) {
    return new Point(point.get(0).longValue(), point.get(1).floatValue());
  }

  private void train() {
    try (Training training =
        Training.on("CartPole-v1")
            .config(config -> config.totalTimesteps(512L * UPDATES))
            .listener(new RunRecorder(RunFolder.create(path)))
            .listener(new Notes())
            .build()) {
      training.run();
    }
  }

  private Map<String, List<List<Double>>> readByTensorBoard()
      throws IOException, InterruptedException, URISyntaxException {
    return Json.MAPPER
        .reader()
        .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .forType(new TypeReference<Map<String, List<List<Double>>>>() {})
        .readValue(python("read_events.py"));
  }

  /** Returns what a script prints about the folder. */
  private String python(String name) throws IOException, InterruptedException, URISyntaxException {
    Path script = Path.of(Objects.requireNonNull(getClass().getResource(name)).toURI());
    Process process =
        new ProcessBuilder(
                System.getProperty("ppo4j.test.python", "python3"),
                script.toString(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  /** Notes what the recorder is told too. */
  private final class Notes implements TrainingListener {
    @Override
    public void episode(Episode episode) {
      note(episode.globalStep(), "charts/episodic_return", episode.episodicReturn());
      note(episode.globalStep(), "charts/episodic_length", episode.length());
    }

    @Override
    public void iteration(Iteration iteration) {
      iteration
          .metrics()
          .values()
          .forEach((name, value) -> note(iteration.globalStep(), name, value));
    }

    private void note(long step, String tag, double value) {
      logged.computeIfAbsent(tag, name -> new ArrayList<>()).add(new Point(step, (float) value));
    }
  }
}
