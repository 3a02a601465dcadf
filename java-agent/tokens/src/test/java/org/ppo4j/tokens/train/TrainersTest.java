package org.ppo4j.tokens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.loss.PairLosses;
import org.ppo4j.tokens.loss.PpoTokens;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.Initialization;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.ClosedRewardException;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.CharacterTokenizer;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Examples;
import org.ppo4j.tokens.text.Tokenizer;

/** Each trainer learns a task whose best answer is known, and resumes bit for bit. */
class TrainersTest {
  private static final String CHARACTERS = "abcd";
  private static final ModelConfig CONFIG =
      ModelConfig.gpt2(CharacterTokenizer.size(CHARACTERS), 16, 1, 2, 12, 0);

  @TempDir private Path folder;
  private Encoding encoding;
  private int accumulation = 1;

  @BeforeEach
  void makeTokenizer() {
    CharacterTokenizer.write(folder.resolve("tokenizer.json"), CHARACTERS);
    encoding = new Encoding(Tokenizer.open(folder.resolve("tokenizer.json")), CONFIG);
  }

  private static Transformer model(ModelConfig config) {
    Transformer model = new Transformer(config, 1);
    Initialization.draw(model, 3);
    return model;
  }

  private List<Example> examples(String... lines) throws IOException {
    Path file = folder.resolve("data.jsonl");
    Files.writeString(file, String.join("\n", lines));
    return Examples.read(file);
  }

  private List<Example> prompts() throws IOException {
    return examples("{\"prompt\": \"a\"}", "{\"prompt\": \"b\"}", "{\"prompt\": \"ab\"}");
  }

  private TrainConfig train(double rate, int batch, int steps) {
    return new TrainConfig(rate, batch, accumulation, 1, steps, 1, 0, true, 1);
  }

  /** One where the completion repeats the prompt's last character, and then ends. */
  private static final RewardFunction REPEATS =
      (examples, completions) -> {
        double[] rewards = new double[completions.size()];
        for (int i = 0; i < rewards.length; i++) {
          String prompt = examples.get(i).prompt();
          boolean isRight = completions.get(i).equals(prompt.substring(prompt.length() - 1));
          rewards[i] = isRight ? 1 : 0;
        }
        return rewards;
      };

  private TokenTrainer grpo(boolean rloo, int steps, RewardFunction reward) throws IOException {
    GrpoConfig grpo = GrpoConfig.of(rloo);
    return new GrpoTrainer(
        train(3e-3, 48, steps),
        new SamplingConfig(4, 1, 0, 1),
        grpo,
        model(CONFIG),
        model(CONFIG),
        encoding,
        prompts(),
        reward);
  }

  private TokenTrainer ppo(int steps, RewardFunction reward) throws IOException {
    PpoTokensConfig ppo =
        new PpoTokensConfig(
            2, 2, 0.01, PpoTokens.KlEstimator.K3, 0.2, 0.5, 0.2, 1, 0.95, false, 0.1);
    return new PpoTokensTrainer(
        train(3e-3, 48, steps),
        new SamplingConfig(4, 1, 0, 1),
        ppo,
        model(CONFIG),
        model(CONFIG),
        model(CONFIG.with(Head.SCORE)),
        encoding,
        prompts(),
        reward);
  }

  private TokenTrainer make(String kind, int steps) throws IOException {
    return switch (kind) {
      case "grpo" -> grpo(false, steps, REPEATS);
      case "rloo" -> grpo(true, steps, REPEATS);
      case "ppo" -> ppo(steps, REPEATS);
      case "sft" ->
          new SftTrainer(
              train(3e-3, 4, steps),
              model(CONFIG),
              encoding,
              examples(
                  "{\"prompt\": \"a\", \"completion\": \"bc\"}",
                  "{\"prompt\": \"b\", \"completion\": \"\"}"));
      case "reward" ->
          new RewardTrainer(
              train(3e-3, 4, steps), model(CONFIG.with(Head.SCORE)), encoding, pairs());
      case "dpo" ->
          new DpoTrainer(
              train(3e-3, 4, steps),
              DpoConfig.of(),
              model(CONFIG),
              model(CONFIG),
              encoding,
              pairs());
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private List<Example> pairs() throws IOException {
    return examples(
        "{\"prompt\": \"a\", \"chosen\": \"ab\", \"rejected\": \"b\"}",
        "{\"prompt\": \"b\", \"chosen\": \"cb\", \"rejected\": \"d\"}",
        "{\"prompt\": \"cd\", \"chosen\": \"bbb\", \"rejected\": \"aca\"}");
  }

  private static double last(TokenTrainer trainer, String metric) {
    double last = 0;
    for (int step = 0; step < trainer.steps(); step++) {
      last = Objects.requireNonNull(trainer.step(step).get(metric));
    }
    return last;
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpo", "rloo"})
  void groupMethodsLearnToRepeat(String kind) throws IOException {
    int steps = kind.equals("rloo") ? 400 : 150;
    assertThat(last(make(kind, steps), "reward")).isGreaterThan(0.9);
  }

  @Test
  void ppoLearnsToRepeat() throws IOException {
    assertThat(last(make("ppo", 150), "objective/scores")).isGreaterThan(0.9);
  }

  @Test
  void othersLearnTheirData() throws IOException {
    assertThat(last(make("sft", 150), "loss")).isLessThan(0.05);
    assertThat(last(make("reward", 80), "accuracy")).isEqualTo(1);
    assertThat(last(make("dpo", 80), "rewards/margins")).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sft", "reward", "ppo", "grpo", "rloo", "dpo"})
  void resumesBitForBit(String kind) throws IOException {
    TokenTrainer whole = make(kind, 6);
    List<Map<String, Double>> expected = new ArrayList<>();
    TrainingState middle = new TrainingState();
    for (int step = 0; step < 6; step++) {
      if (step == 3) {
        whole.save(middle);
      }
      expected.add(whole.step(step));
    }
    TokenTrainer resumed = make(kind, 6);
    resumed.restore(middle);
    for (int step = 3; step < 6; step++) {
      assertThat(resumed.step(step)).isEqualTo(expected.get(step));
    }
    assertThat(resumed.model().parameters()).isEqualTo(whole.model().parameters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sft", "reward", "ppo", "grpo", "rloo", "dpo"})
  void partsOfABatchGiveTheGradientsOfTheWhole(String kind) throws IOException {
    // PPO's losses are means over parts, as in TRL, so of completions of equal lengths only.
    Map<String, Double> whole = make(kind, 2).step(0);
    accumulation = 2;
    Map<String, Double> parts = make(kind, 2).step(0);
    assertThat(parts.keySet()).isEqualTo(whole.keySet());
    double tolerance = kind.equals("ppo") ? 0.1 : 1e-6;
    whole.forEach(
        (name, value) ->
            assertThat(Objects.requireNonNull(parts.get(name)))
                .as(name)
                .isCloseTo(value, within(tolerance * Math.max(1, Math.abs(value)))));
  }

  @Test
  void refusesPartsThatAreNotEqual() {
    accumulation = 5;
    assertThatThrownBy(() -> make("sft", 1))
        .hasMessage("gradientAccumulationSteps is 5, but must divide the batch of 4");
  }

  @Test
  void refusesRewardsThatAreNotNumbers() throws IOException {
    RewardFunction broken = (examples, completions) -> filled(completions.size(), Double.NaN);
    assertThatThrownBy(() -> grpo(false, 2, broken).step(0))
        .hasMessageMatching(
            "the reward of \".*\" for line \\d of .*data.jsonl is NaN, but must be a finite"
                + " number");
    RewardFunction few = (examples, completions) -> new double[1];
    assertThatThrownBy(() -> ppo(2, few).step(0))
        .hasMessage("the reward function gave 1 rewards for 48 completions");
  }

  private static double[] filled(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    List<Example> longPrompt = examples("{\"prompt\": \"abcdabcdabcd\"}");
    assertThatThrownBy(
            () ->
                new GrpoTrainer(
                    train(1e-3, 8, 1),
                    new SamplingConfig(4, 1, 0, 1),
                    GrpoConfig.of(false),
                    model(CONFIG),
                    null,
                    encoding,
                    longPrompt,
                    REPEATS))
        .hasMessageMatching(
            "the prompt of line 1 of .* has 12 tokens, which with 1 more do not fit the model's"
                + " context of 12");
    GrpoConfig grpo = GrpoConfig.of(false);
    assertThatThrownBy(
            () ->
                new GrpoConfig(
                    false,
                    1,
                    1,
                    0,
                    0.2,
                    0.2,
                    grpo.delta(),
                    grpo.lossType(),
                    grpo.importanceSamplingLevel(),
                    grpo.scaleRewards(),
                    true,
                    false))
        .hasMessage(
            "numGenerations is 1, but a completion is compared with others of its prompt; use 2 or"
                + " more");
  }

  /** Each epoch is one minibatch or two; in the first one every ratio is 1. */
  @Test
  void clippedUpdatesAreObserved() throws IOException {
    assertThat(make("rloo", 1).clippedUpdates()).isNull();
    assertThat(make("dpo", 1).clippedUpdates()).isNull();
    for (String kind : List.of("ppo", "grpo")) {
      TokenTrainer trainer = make(kind, 2);
      ClippedUpdates updates = Objects.requireNonNull(trainer.clippedUpdates());
      List<Double> changes = new ArrayList<>();
      updates.observe(
          (rows, now, old, advantages) -> {
            assertThat(rows).isEqualTo(advantages.length).isEqualTo(old.length);
            double change = 0;
            for (int i = 0; i < rows; i++) {
              change = Math.max(change, Math.abs(now[i] - old[i]));
            }
            changes.add(change);
          });
      Map<String, Double> observed = trainer.step(0);
      assertThat(observed).as("the observer changes nothing").isEqualTo(make(kind, 2).step(0));
      assertThat(changes).hasSize(updates.minibatches() * updates.epochs());
      assertThat(changes.getFirst()).isLessThan(1e-5);
      if (kind.equals("ppo")) {
        assertThat(changes.getLast()).isGreaterThan(1e-4);
      }
    }
  }

  /** The closed reward's step can be taken again, by this or another trainer. */
  @Test
  void aClosedRewardLeavesTheStateOfTheLastStep() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    RewardFunction closing =
        (examples, completions) -> {
          if (closed.get()) {
            throw new ClosedRewardException("closed");
          }
          return REPEATS.score(examples, completions);
        };
    TokenTrainer trainer = ppo(3, closing);
    trainer.step(0);
    closed.set(true);
    assertThatThrownBy(() -> trainer.step(1)).isInstanceOf(ClosedRewardException.class);
    closed.set(false);
    TokenTrainer whole = ppo(3, REPEATS);
    whole.step(0);
    assertThat(trainer.step(1)).isEqualTo(whole.step(1));
  }

  /** DPO's addition is the loss of SFT on the chosen completions, with its gradient. */
  @Test
  void dpoAddsTheLossOfSft() throws IOException {
    List<Example> chosen =
        pairs().stream()
            .map(
                pair ->
                    new Example(
                        Map.of("prompt", pair.prompt(), "completion", pair.column("chosen")),
                        pair.place()))
            .toList();
    TrainConfig train = train(1e-3, chosen.size(), 1);
    double sft = number(new SftTrainer(train, model(CONFIG), encoding, chosen), "loss");
    assertThat(dpo(train, 0).step(0)).doesNotContainKey("nll_loss");
    double plain = number(dpo(train, 0), "loss");
    assertThat(number(dpo(train, 0.5), "nll_loss")).isCloseTo(sft, within(1e-6));
    assertThat(number(dpo(train, 0.5), "loss")).isCloseTo(plain + 0.5 * sft, within(1e-6));
    double norm = number(new SftTrainer(train, model(CONFIG), encoding, chosen), "grad_norm");
    assertThat(number(dpo(train, 1e9), "grad_norm") / 1e9).isCloseTo(norm, withinPercentage(0.1));
  }

  /** Returns a number of a trainer's first step. */
  private static double number(TokenTrainer trainer, String name) {
    return Objects.requireNonNull(trainer.step(0).get(name));
  }

  private TokenTrainer dpo(TrainConfig train, double sftWeight) throws IOException {
    return new DpoTrainer(
        train,
        new DpoConfig(0.1, PairLosses.Dpo.SIGMOID, 0, sftWeight),
        model(CONFIG),
        model(CONFIG),
        encoding,
        pairs());
  }
}
