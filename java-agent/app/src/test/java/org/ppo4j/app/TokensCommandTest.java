package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensCommandTest {
  private static final String VERIFIER = "org.ppo4j.tokens.reward.AdditionReward";

  @TempDir private Path folder;

  private CommandRun tokens(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "tokens";
    for (int i = 0; i < args.length; i++) {
      all[i + 1] = args[i].replace("DIR", folder.toString());
    }
    return CommandRun.of(all);
  }

  @Test
  void makesTrainsSamplesAndResumes() {
    CommandRun made =
        tokens("make", "addition", "DIR/task", "--hidden-size", "16", "--layers", "1");
    assertThat(made.exitCode()).as(made.err()).isZero();
    String[] grpo = {
      "grpo",
      "--model",
      "DIR/task/model",
      "--data",
      "DIR/task/train.jsonl",
      "--run-dir",
      "DIR/run",
      "--reward-class",
      VERIFIER,
      "--max-completion-length",
      "3",
      "--batch-size",
      "8",
      "--max-steps",
      "2",
      "--num-iterations",
      "2",
      "--loss-type",
      "dr-grpo",
      "--threads",
      "1"
    };
    CommandRun trained = tokens(grpo);
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("step 2 of 2: loss ", "Trained model in ");
    CommandRun again = tokens(grpo);
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("is not empty; choose another");
    CommandRun resumed = tokens("resume", "DIR/run");
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err()).contains("is finished; ./ppo4j tokens sample ");
    for (String command : List.of("evaluate", "enjoy", "resume", "export")) {
      CommandRun other = CommandRun.of(command, folder.resolve("run").toString());
      assertThat(other.exitCode()).isEqualTo(1);
      assertThat(other.err())
          .contains("is a training of a language model, which plays no environment; ./ppo4j tokens")
          .contains(" draws from what it learnt");
    }
    assertThat(tokens("sample", "DIR/run", "--prompt", "1+2=").out())
        .isEqualTo(tokens("sample", "DIR/run/model", "--prompt", "1+2=").out())
        .startsWith("1+2=|");
    CommandRun sampled =
        tokens("sample", "DIR/run/model", "--prompt", "1+2=", "--reward-python", "none.py:reward");
    assertThat(sampled.err()).contains("is not FILE.py:FUNCTION with a file that exists");
    sampled =
        tokens(
            "sample",
            "DIR/run/model",
            "--data",
            "DIR/task/test.jsonl",
            "--show",
            "1",
            "--max-completion-length",
            "3",
            "--reward-class",
            VERIFIER);
    assertThat(sampled.out()).contains("Mean reward of 500: ");
  }

  /** The function prints, as functions do, which must not disturb its answers. */
  @Test
  @Tag("python")
  void learnsFromAPythonFunction() throws IOException {
    Files.writeString(
        folder.resolve("reward.py"),
        """
        import os, sys
        me = os.getpid()

        def ones(prompts, completions, answer, **columns):
            print("scoring", len(prompts))
            assert len(prompts) == len(answer) and all(p.endswith("=") for p in prompts)
            return [float(text.startswith("1")) for text in completions]

        def needy(prompts, completions, answer, level, scale=1, **columns):
            return [0.0] * len(completions)

        def broken(completions, **columns):
            raise ValueError("no score\\nfor " + str(len(completions)))

        def undefined(completions, **columns):
            return [float("nan")] * len(completions)

        def forked(completions, **columns):
            os.fork()
            assert sys.stdin.readline() == ""
            return [float(os.getpid() == me)] * len(completions)

        def text(completions, **columns):
            return "1" * len(completions)

        def few(completions):
            return [0.0] * len(completions)
        """);
    String reward = "DIR/reward.py:ones";
    tokens("make", "addition", "DIR/task", "--hidden-size", "16", "--layers", "1");
    String[] sample = {
      "sample",
      "DIR/run/model",
      "--data",
      "DIR/task/test.jsonl",
      "--max-completion-length",
      "3",
      "--reward-python",
      reward
    };
    CommandRun trained = tokens(grpo(reward, "60"));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    CommandRun sampled = tokens(sample);
    assertThat(sampled.exitCode()).as(sampled.err()).isZero();
    String mean = sampled.out().substring(sampled.out().indexOf("Mean reward of 500: ") + 20);
    assertThat(Double.parseDouble(mean.strip())).isGreaterThan(0.9);
    CommandRun missing = tokens(grpo("DIR/reward.py:missing", "3"));
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err())
        .contains("the reward function missing of ", " cannot be loaded: AttributeError: ");
    CommandRun needy = tokens(grpo("DIR/reward.py:needy", "3"));
    assertThat(needy.exitCode()).isEqualTo(1);
    assertThat(needy.err())
        .contains(
            "ppo4j: line 1 of ", " has no level, which the reward needs; add it to each line");
    assertThat(folder.resolve("broken3")).as("nothing is begun").doesNotExist();
    sample[sample.length - 1] = reward;
    Files.writeString(
        folder.resolve("names.jsonl"),
        "{\"prompt\": \"1+1=\", \"prompts\": \"2\", \"answer\": \"2\"}");
    sample[3] = "DIR/names.jsonl";
    assertThat(tokens(sample).err())
        .contains("the data have a column prompts, but a Python function");
    sample[3] = "DIR/task/test.jsonl";
    sample[sample.length - 1] = "DIR/reward.py:forked";
    assertThat(tokens(sample).out()).contains("Mean reward of 500: 1.0000");
    sample[sample.length - 1] = "DIR/reward.py:text";
    assertThat(tokens(sample).err()).contains("expected a list of numbers, but got a str");
    sample[sample.length - 1] = "DIR/reward.py:few";
    assertThat(tokens(sample).err())
        .contains("few of ", " cannot be loaded: TypeError: got an unexpected keyword argument");
    CommandRun broken = tokens(grpo("DIR/reward.py:broken", "1"));
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.err())
        .contains("the reward function broken of ", " failed: ValueError: no score for 500");
    CommandRun undefined = tokens(grpo("DIR/reward.py:undefined", "2"));
    assertThat(undefined.exitCode()).isEqualTo(1);
    assertThat(undefined.err()).contains("is NaN, but must be a finite number");
  }

  private static String[] grpo(String reward, String steps) {
    return new String[] {
      "grpo",
      "--model",
      "DIR/task/model",
      "--data",
      "DIR/task/train.jsonl",
      "--run-dir",
      steps.equals("60") ? "DIR/run" : "DIR/broken" + steps,
      "--reward-python",
      reward,
      "--eval-data",
      "DIR/task/test.jsonl",
      "--eval-steps",
      "30",
      "--max-completion-length",
      "3",
      "--batch-size",
      "64",
      "--learning-rate",
      "1e-2",
      "--max-steps",
      steps,
      "--threads",
      "1"
    };
  }

  @Test
  void refusesEvaluationsThatDoNotFit() {
    CommandRun run = tokens("sft", "--model", "DIR", "--data", "d", "--eval-steps", "3");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--eval-steps and --eval-reward have no effect without --eval-data");
    run = tokens("sft", "--model", "DIR", "--data", "d", "--eval-data", "e");
    assertThat(run.err()).contains("--eval-data needs a reward here: give --eval-reward");
  }

  @Test
  void refusesNamesOfRewardsThatAreNone() {
    CommandRun run =
        tokens("sft", "--model", "DIR", "--data", "d", "--eval-data", "e", "--eval-reward", "");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: the name of a reward is empty; give a Java class");
    run = tokens("grpo", "--model", "DIR", "--data", "d", "--reward-python", "r.py:");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: the reward 'r.py:' is not FILE.py:FUNCTION");
    run = tokens("sft", "--model", "DIR", "--data", "d", "--batch-size", "99999999999");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("'99999999999' is too large; the largest integer here is ");
  }

  @Test
  void refusesDataBeforeThereIsAFolder() throws IOException {
    tokens("make", "addition", "DIR/task", "--hidden-size", "16", "--layers", "1");
    Files.writeString(folder.resolve("data.jsonl"), "{\"prompt\": \"1+2=\"}\n");
    String[] grpo = {
      "grpo",
      "--model",
      "DIR/task/model",
      "--data",
      "DIR/data.jsonl",
      "--run-dir",
      "DIR/run",
      "--reward-class",
      VERIFIER
    };
    CommandRun run = tokens(grpo);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("data.jsonl has no answer, which the reward needs");
    Files.writeString(folder.resolve("task/model/config.json"), "{\"model_type\": \"lla");
    run = tokens(grpo);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("config.json is damaged: it is not a JSON object");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void theHelpOfATrainerHasWhatItTakes() {
    assertThat(tokens("--help").out())
        .contains("Trains a score model on pairs")
        .contains("without a reward: DPO.");
    assertThat(tokens("dpo", "--help").out())
        .contains("--loss-type")
        .doesNotContain("--reward-class", "--value-model", "--num-generations");
    assertThat(tokens("ppo", "--help").out()).contains("--reward-class", "--value-model");
    assertThat(tokens("dpo", "--model", "DIR", "--data", "d", "--reward-class", "a").err())
        .contains("dpo uses no reward; leave it out");
    assertThat(tokens("dpo", "--model", "DIR", "--data", "d", "--value-model", "v").err())
        .contains("dpo has no critic; leave --value-model out");
  }

  @Test
  void refusesWhatIsMissing() {
    CommandRun run = tokens("ppo", "--model", "DIR", "--data", "DIR/none");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("ppo needs a reward: --reward-model, --reward-class or --reward-python")
        .contains("Try ./ppo4j tokens ppo --help.");
    run = tokens("sft", "--model", "DIR", "--data", "DIR/none");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("has no config.json");
    run = tokens("grpo", "--model", "DIR", "--data", "d", "--reward-class", "a", "--beta", "-1");
    assertThat(run.err()).contains("--beta must lie in [0, inf), but got -1.0");
    run = tokens("sample", "DIR");
    assertThat(run.err()).contains("give either --prompt or --data");
  }
}
