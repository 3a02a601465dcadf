package org.ppo4j.tokens.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.tensorboard.EventReader;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.AdapterConfig;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.reward.AdditionReward;
import org.ppo4j.tokens.reward.ClosedRewardException;
import org.ppo4j.tokens.reward.ObservedReward;
import org.ppo4j.tokens.train.GrpoConfig;
import org.ppo4j.tokens.train.SamplingConfig;
import org.ppo4j.tokens.train.TrainConfig;

class TokenRunTest {
  private static final Path NO_PYTHON = Path.of("python3");

  @TempDir private Path folder;

  private TokenRunConfig config() {
    TokenTask.ADDITION.make(folder.resolve("task"), Architecture.GPT2, 16, 1, 2, 1);
    return new TokenRunConfig(
        TokenAlgorithm.GRPO,
        folder.resolve("task/model").toString(),
        folder.resolve("task/train.jsonl").toString(),
        new RewardSource(RewardSource.Kind.CLASS, AdditionReward.class.getName()),
        null,
        AdapterConfig.of(Architecture.GPT2),
        new TrainConfig(1e-3, 8, 1, 1, 4, 1, 0, true, 1),
        new SamplingConfig(4, 1, 0, 1),
        GrpoConfig.of(false),
        null,
        null,
        new EvalConfig(
            folder.resolve("task/test.jsonl").toString(),
            2,
            RewardSource.of(AdditionReward.class.getName())),
        100);
  }

  /** Returns the values of a curve by their steps. */
  private static Map<Long, Float> curve(TokenRun run, String tag) throws IOException {
    Map<Long, Float> curve = new TreeMap<>();
    try (Stream<Path> files = Files.list(run.path())) {
      Path events =
          files.filter(file -> file.toString().contains("events.")).findFirst().orElseThrow();
      EventReader.read(
          events,
          scalar -> {
            if (scalar.tag().equals(tag)) {
              curve.put(scalar.step(), scalar.value());
            }
          });
    }
    return curve;
  }

  @Test
  void resumesAStoppedRunBitForBit() throws IOException {
    TokenRunConfig config = config();
    TokenRun whole = TokenRun.create(folder.resolve("whole"), config);
    boolean ended = whole.train(TokenTrainers.of(config, 1, NO_PYTHON), (step, steps, m) -> false);
    assertThat(ended).isTrue();

    TokenRun parts = TokenRun.create(folder.resolve("parts"), config);
    ended = parts.train(TokenTrainers.of(config, 1, NO_PYTHON), (step, steps, m) -> step == 2);
    assertThat(ended).isFalse();
    assertThat(parts.model()).doesNotExist();
    TokenRun opened = TokenRun.open(folder.resolve("parts"));
    assertThat(opened.config()).isEqualTo(config);
    ended = opened.train(TokenTrainers.of(config, 2, NO_PYTHON), (step, steps, m) -> false);
    assertThat(ended).isTrue();
    for (String name : new String[] {"model/model.safetensors", "checkpoints/step_4.safetensors"}) {
      assertThat(parts.path().resolve(name)).hasSameBinaryContentAs(whole.path().resolve(name));
    }
    assertThat(curve(whole, "eval/reward").keySet()).containsExactly(0L, 2L, 4L);
    for (String tag : List.of("eval/reward", "eval/distinct", "train/reward")) {
      assertThat(curve(parts, tag)).as(tag).isEqualTo(curve(whole, tag));
    }
    assertThat(parts.path().resolve("adapter/adapter_config.json")).exists();
    assertThat(ModelFolder.open(parts.model()).load(1).parameters()).isNotEmpty();
  }

  @Test
  void continuesFromTheCheckpointBeforeADamagedOne() throws IOException {
    TokenRunConfig config = config();
    TokenRun run = TokenRun.create(folder.resolve("run"), config);
    for (int stop : new int[] {2, 3}) {
      run.train(TokenTrainers.of(config, 1, NO_PYTHON), (step, steps, m) -> step == stop);
    }
    Path last = run.path().resolve("checkpoints/step_3.safetensors");
    byte[] bytes = Files.readAllBytes(last);
    Files.write(last, Arrays.copyOf(bytes, bytes.length / 2));
    Files.copy(last, last.resolveSibling("step_4.safetensors"));
    List<Integer> steps = new ArrayList<>();
    boolean ended =
        run.train(TokenTrainers.of(config, 1, NO_PYTHON), (step, all, m) -> steps.add(step));
    assertThat(ended).isFalse();
    assertThat(run.lastCheckpoint()).isEqualTo(3);
    ended = run.train(TokenTrainers.of(config, 1, NO_PYTHON), (step, all, m) -> !steps.add(step));
    assertThat(ended).isTrue();
    assertThat(steps).containsExactly(3, 4);
    for (String left : new String[] {"step_3", "step_4"}) {
      Path file = run.path().resolve("checkpoints/" + left + ".safetensors");
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    }
    TokenTraining training = TokenTrainers.of(config, 1, NO_PYTHON);
    assertThatThrownBy(() -> run.train(training, (step, all, m) -> false))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("step_3.safetensors is not a complete safetensors file");
  }

  /** A reward that is closed once it was asked so many times. */
  private static TokenTraining closing(TokenRunConfig config, int asked) {
    TokenTraining training = TokenTrainers.of(config, 1, NO_PYTHON);
    int[] count = new int[1];
    for (ObservedReward reward : training.rewards()) {
      reward.observe(
          (examples, completions, rewards) -> {
            if (++count[0] == asked) {
              throw new ClosedRewardException("closed");
            }
          });
    }
    return training;
  }

  /**
   * The reward is asked in the order evaluation, step, step, evaluation, step, step, evaluation.
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 1", "4, 2", "5, 2", "7, 4"})
  void aClosedRewardStopsAtTheLastWholeStep(int asked, int step) throws IOException {
    TokenRunConfig config = config();
    TokenRun whole = TokenRun.create(folder.resolve("whole"), config);
    whole.train(TokenTrainers.of(config, 1, NO_PYTHON), (at, steps, m) -> false);

    TokenRun run = TokenRun.create(folder.resolve("run"), config);
    assertThat(run.train(closing(config, asked), (at, steps, m) -> false)).isFalse();
    assertThat(run.lastCheckpoint()).isEqualTo(step);
    assertThat(run.model()).doesNotExist();
    assertThat(run.train(TokenTrainers.of(config, 1, NO_PYTHON), (at, steps, m) -> false)).isTrue();
    for (String name : new String[] {"model/model.safetensors", "checkpoints/step_4.safetensors"}) {
      if (asked < 7 || name.startsWith("model")) {
        assertThat(run.path().resolve(name)).hasSameBinaryContentAs(whole.path().resolve(name));
      }
    }
    assertThat(curve(run, "eval/reward")).isEqualTo(curve(whole, "eval/reward"));
    assertThat(curve(run, "train/reward")).isEqualTo(curve(whole, "train/reward"));
  }

  @Test
  void judgesDataBeforeThereIsAFolder() throws IOException {
    TokenRunConfig config = config();
    Path data = folder.resolve("task/test.jsonl");
    Files.writeString(data, Files.readString(data).replaceFirst("\"answer\":\"[0-9]*\",", ""));
    assertThatThrownBy(() -> TokenTrainers.of(config, 1, NO_PYTHON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "line 1 of %s has no answer, which the reward needs; add it to each line"
                .formatted(data));
  }

  @Test
  void refusesASecondTrainingInAFolder() throws IOException {
    TokenRunConfig config = config();
    TokenRun run = TokenRun.create(folder.resolve("run"), config);
    boolean ended =
        run.train(
            TokenTrainers.of(config, 1, NO_PYTHON),
            (step, steps, m) -> {
              TokenRun second = TokenRun.open(run.path());
              assertThatThrownBy(
                      () -> second.train(TokenTrainers.of(config, 1, NO_PYTHON), (a, b, c) -> true))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("is in use by another training");
              return true;
            });
    assertThat(ended).isFalse();
  }

  @Test
  void refusesFoldersThatAreInUse() throws IOException {
    TokenRunConfig config = config();
    Path used = Files.createDirectories(folder.resolve("used"));
    Files.writeString(used.resolve("config.json"), "{}");
    assertThatThrownBy(() -> TokenRun.create(used, config))
        .hasMessage("the run folder %s is not empty; choose another".formatted(used));
    assertThatThrownBy(() -> TokenRun.open(used))
        .hasMessage(
            used.resolve("config.json")
                + " is not the configuration of a training of tokens; give a run folder of ./ppo4j"
                + " tokens");
    assertThat(TokenRun.isAt(used)).isFalse();
    Path run = folder.resolve("run");
    TokenRun.create(run, config);
    assertThat(TokenRun.isAt(run)).isTrue();
    Path json = run.resolve("config.json");
    Files.writeString(
        json, Files.readString(json).replace("\"batch_size\" : 8", "\"batch_size\" : -8"));
    assertThatThrownBy(() -> TokenRun.open(run))
        .hasMessageContaining("of a training of tokens: batchSize must lie in [1, inf)");
  }

  @Test
  void refusesRewardsThatCannotBeMade() {
    RewardSource missing = new RewardSource(RewardSource.Kind.CLASS, "no.such.Reward");
    assertThatThrownBy(() -> missing.open(1, NO_PYTHON))
        .hasMessageStartingWith("there is no class no.such.Reward on the class path; give");
    RewardSource other = new RewardSource(RewardSource.Kind.CLASS, "java.lang.Object");
    assertThatThrownBy(() -> other.open(1, NO_PYTHON))
        .hasMessage(
            "the reward class java.lang.Object does not implement"
                + " org.ppo4j.tokens.reward.RewardFunction");
    assertThatThrownBy(() -> RewardSource.of(" ")).hasMessageStartingWith("the name of a reward");
    for (String name : List.of("r.py:", "r.py", ":f")) {
      assertThatThrownBy(() -> new RewardSource(RewardSource.Kind.PYTHON, name))
          .hasMessage(
              "the reward '%s' is not FILE.py:FUNCTION, such as reward.py:score".formatted(name));
    }
    RewardSource file = new RewardSource(RewardSource.Kind.PYTHON, "none.py:f");
    assertThatThrownBy(() -> file.open(1, NO_PYTHON))
        .hasMessage("the reward 'none.py:f' is not FILE.py:FUNCTION with a file that exists");
    TokenTask.MOOD.make(folder.resolve("mood"), Architecture.LLAMA, 16, 1, 2, 1);
    RewardSource language =
        new RewardSource(RewardSource.Kind.MODEL, folder.resolve("mood/model").toString());
    assertThatThrownBy(() -> language.open(1, NO_PYTHON))
        .hasMessageContaining("is a language model; train one with ./ppo4j tokens reward");
  }
}
