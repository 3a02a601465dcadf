package org.ppo4j.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class TunedPresetTest {
  private static final Space BOX = Space.Box.of(-1, 1, 4, DType.FLOAT32);
  private static final Finding FINDING =
      new Finding("./ppo4j tune Ant-v5", List.of(1000L, 1001L), 12.5, "mean", List.of(1L));

  @TempDir private Path folder;

  private static List<Preset> found() throws IOException {
    try (InputStream in = TunedPresetTest.class.getResourceAsStream("presets-found.json")) {
      return TunedPreset.all(Objects.requireNonNull(in));
    }
  }

  @Test
  void areUsedBeforeThePublishedOnes() throws IOException {
    List<Preset> all = new ArrayList<>(found());
    all.addAll(Preset.all());

    Preset used = Preset.automatic(all, Profile.DEFAULT, "BipedalWalker-v3").orElseThrow();
    assertThat(used.name()).isEqualTo("ppo4j");
    assertThat(used.source()).isEqualTo("found by ./ppo4j tune BipedalWalker-v3");
    assertThat(used.hyperparameters())
        .containsEntry("totalTimesteps", 2_000_000L)
        .containsEntry("gamma", 0.98)
        .containsEntry("hiddenSizes", List.of(128, 128));
    assertThat(Objects.requireNonNull(used.finding()).seeds()).containsExactly(1L, 2L, 3L);
    assertThat(Preset.automatic(all, Profile.CLEANRL, "BipedalWalker-v3")).isEmpty();
  }

  @Test
  void ofOtherAlgorithmsAreNotUsedByDefault() throws IOException {
    List<Preset> all = new ArrayList<>(found());
    all.addAll(Preset.all());

    assertThat(Preset.automatic(all, Profile.DEFAULT, "CarRacing-v3").orElseThrow().name())
        .isEqualTo("zoo");
  }

  /** Whoever adds a preset has measured it, with other seeds than those of its search. */
  @Test
  void ownOnesFitAndReportFreshSeeds() {
    for (Preset each : TunedPreset.own()) {
      Finding finding = Objects.requireNonNull(each.finding());
      assertThat(finding.searchSeeds()).as(each.env()).allMatch(seed -> seed >= 1000);
      assertThat(finding.seeds()).as(each.env()).isNotEmpty().allMatch(seed -> seed < 1000);
      assertThat(each.hyperparameters()).as(each.env()).containsKey("totalTimesteps");
    }
  }

  @Test
  void areReadAsTheyWereWritten() {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, BOX)
            .with(c -> c.gamma(0.98).hiddenSizes(List.of(32, 32)).totalTimesteps(5000));
    List<String> names = List.of("gamma", "hiddenSizes", "totalTimesteps", "lrSchedule");
    Path file = folder.resolve("preset.json");

    TunedPreset.of("Ant-v5", Algorithm.PPO, config, names, FINDING).write(file);
    Preset read = Preset.read(file);

    assertThat(read.name()).isEqualTo(file.toString());
    assertThat(read.env()).isEqualTo("Ant-v5");
    assertThat(read.algorithm()).isEqualTo(Algorithm.PPO);
    assertThat(read.finding()).isEqualTo(FINDING);
    assertThat(read.hyperparameters()).containsOnlyKeys(names);
    assertThat(read.applyTo(PpoConfig.of(Profile.DEFAULT, BOX))).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'env': 1; is not a preset: expected JSON with env, algorithm",
        "[]; is not a preset: expected JSON with env, algorithm",
        "{'env':'A','algorithm':'ppo','hyperparameters':{}}; Missing creator property"
            + " 'finding'",
        "{'env':'A','algorithm':'q','hyperparameters':{},'finding':F}; there is no algorithm q",
        "{'env':'A','algorithm':'ppo','hyperparameters':{'gama':1},'finding':F}; unknown"
            + " hyperparameter 'gama'",
        "{'env':'A','algorithm':'ppo','hyperparameters':{'gamma':'x'},'finding':F}; 'gamma' must be"
            + " of type double",
      })
  void refusesOtherFiles(String content, String message) throws IOException {
    String finding = "{'command':'c','search_seeds':[],'figure':1,'protocol':'p','seeds':[]}";
    Path file = folder.resolve("bad.json");
    Files.writeString(file, content.replace("F}", finding + "}").replace('\'', '"'));

    assertThatThrownBy(() -> Preset.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(message);
  }

  @Test
  void namesAFileThatIsMissing() {
    assertThatThrownBy(() -> Preset.read(folder.resolve("none.json")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("as ./ppo4j tune writes them");
  }
}
