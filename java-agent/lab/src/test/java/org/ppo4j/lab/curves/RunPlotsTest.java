package org.ppo4j.lab.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.tensorboard.EventWriter;
import org.ppo4j.lab.compare.LearningCurves.Points;
import org.xml.sax.InputSource;

class RunPlotsTest {
  /** A training by Stable-Baselines3; record_sb3_tensorboard.py made it. */
  private static final Path SB3 = Path.of("src/test/resources/sb3");

  @TempDir private Path folder;

  /** The curves are what TensorBoard itself reads; SB3's entropy loss is minus the entropy. */
  @ParameterizedTest
  @CsvSource({
    "RETURN, rollout/ep_rew_mean, 1",
    "LENGTH, rollout/ep_len_mean, 1",
    "POLICY_LOSS, train/policy_gradient_loss, 1",
    "VALUE_LOSS, train/value_loss, 1",
    "KL, train/approx_kl, 1",
    "CLIP_FRACTION, train/clip_fraction, 1",
    "ENTROPY, train/entropy_loss, -1",
    "EXPLAINED_VARIANCE, train/explained_variance, 1"
  })
  void foldersOfStableBaselines3AreRead(Quantity quantity, String tag, double sign)
      throws IOException {
    RunCurves run = RunCurves.in(SB3).getFirst();
    JsonNode recorded =
        Json.MAPPER.readTree(Files.readString(SB3.resolve("scalars.json"))).get(tag);
    Points points = run.points(quantity, false);
    assertThat(run.has(Quantity.TOKEN_LOSS)).isFalse();
    assertThat(points.x()).hasSizeGreaterThanOrEqualTo(7).hasSize(recorded.get("steps").size());
    for (int i = 0; i < points.x().length; i++) {
      assertThat(points.x()[i]).isEqualTo(recorded.get("steps").get(i).asDouble());
      assertThat(points.y()[i]).isEqualTo(sign * recorded.get("values").get(i).asDouble());
    }
    assertThat(run.group().name()).as("PPO_1 without its number").isEqualTo("PPO");
  }

  /** Makes a folder as CleanRL does; the return is 10 at first and rises to {@code end}. */
  private void cleanRl(String name, double end) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Instant start = Instant.ofEpochSecond(1_800_000_000);
    try (EventWriter events = EventWriter.create(run, start)) {
      for (int i = 1; i <= 200; i++) {
        Instant now = start.plusSeconds(i);
        events.scalar(now, i * 10L, "charts/episodic_return", 10 + (end - 10) * i / 200);
        events.scalar(now, i * 10L, "losses/approx_kl", 0.01);
        events.scalar(now, i * 10L, "losses/td_loss", 5);
      }
    }
  }

  @Test
  void seedsAreOneCurveWithAnInterval() throws Exception {
    cleanRl("CartPole-v1__ppo__1__1800000000", 100);
    cleanRl("CartPole-v1__ppo__2__1800000001", 110);
    cleanRl("CartPole-v1__ppo__3__1800000002", 120);
    RunPlots plots = RunPlots.read(List.of(folder), false);
    String svg = plots.svg();
    assertThat(svg)
        .contains("CartPole-v1__ppo (3 seeds)")
        .contains("KL divergence")
        .as("what no run has")
        .doesNotContain("Entropy")
        .doesNotContain("Six cases");
    assertThat(svg.split("<polygon", -1))
        .as("a band around the return and one around KL")
        .hasSize(3);
    assertThat(svg.split("id=\"plot\\d+\"", -1)).hasSize(3);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
    assertThat(plots.html())
        .contains("<td>CartPole-v1__ppo</td><td>3</td><td>2,000</td><td>109.5</td>");
    List<String> csv = plots.csv().lines().toList();
    assertThat(csv).hasSize(1 + 2 * 100).startsWith("quantity,runs,x,mean,low,high");
    assertThat(csv.get(1)).startsWith("return,\"CartPole-v1__ppo\",10.0000,10.5000,10.3758,");
    assertThat(csv.getLast())
        .isEqualTo("kl,\"CartPole-v1__ppo\",1990.00,0.0100000,0.0100000,0.0100000");
  }

  /** Makes the folder of a training of a language model by PPO, with a leash. */
  private void tokens(String name, double leash, int seed) throws IOException {
    Path run = folder.resolve(name);
    Files.createDirectories(run.resolve("checkpoints"));
    Files.writeString(
        run.resolve("config.json"),
        """
        {"algorithm": "ppo", "model": "%s/sft", "data": "d", "reward": null, "value_model": null,
        "eval": null, "train": {"seed": %d}, "ppo": {"kl_coef": %s}}
        """
            .formatted(name, seed, leash));
    try (EventWriter events = EventWriter.create(run, Instant.ofEpochSecond(1_800_000_000))) {
      for (int step = 1; step <= 200; step++) {
        events.scalar(Instant.ofEpochSecond(1_800_000_000), step, "train/objective/scores", 2);
        events.scalar(Instant.ofEpochSecond(1_800_000_000), step, "eval/reward", leash + seed);
        events.scalar(Instant.ofEpochSecond(1_800_000_000), step, "train/loss", 1);
      }
    }
  }

  @Test
  void seedsOfTrainingsOfTokensAreOneCurve() throws IOException {
    tokens("1/leash", 0.5, 1);
    tokens("2/leash", 0.5, 2);
    tokens("1/free", 0, 1);
    RunPlots plots = RunPlots.read(List.of(folder.resolve("1"), folder.resolve("2")), false);
    assertThat(plots.svg())
        .contains("leash (2 seeds)", "Reward in training", ">Loss<", ">steps<")
        .doesNotContain("environment steps");
    assertThat(plots.html())
        .contains("<td>free</td><td>1</td><td>200</td><td>1.000</td>")
        .contains("<td>leash</td><td>2</td><td>200</td><td>2.000</td>");
  }

  @Test
  void minutesAreThoseSinceTheRunBegan() throws IOException {
    cleanRl("a", 100);
    double[] minutes = RunCurves.in(folder.resolve("a")).getFirst().points(Quantity.KL, true).x();
    assertThat(minutes[0]).isEqualTo(1 / 60.0);
    assertThat(minutes[199]).isEqualTo(200 / 60.0);
    assertThat(RunPlots.read(List.of(folder), true).svg()).contains(">minutes<");
  }

  @Test
  void whatIsNoRunIsRefusedInOneSentence() throws IOException {
    assertThatThrownBy(() -> RunPlots.read(List.of(folder), false))
        .hasMessage(
            "neither %s nor a folder in it has an event file of TensorBoard with curves of a training"
                .formatted(folder));
    Path file = Files.writeString(folder.resolve("events.csv"), "");
    assertThatThrownBy(() -> RunPlots.read(List.of(file), false))
        .hasMessage(
            file + " is not a folder; give a run's folder, or one of TensorBoard event files");
  }
}
