package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.run.RunFolder;

/** Options from a file, and files of arguments. */
class ConfigFileTest {
  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("options.yaml"), content);
  }

  private RunConfig train(Path config, String... more) {
    Path run = folder.resolve("run");
    List<String> args = new ArrayList<>(List.of("train", "--quiet", "--config", config.toString()));
    args.addAll(List.of("--run-dir", run.toString()));
    args.addAll(List.of(more));
    CommandRun command = CommandRun.of(args.toArray(String[]::new));
    assertThat(command.exitCode()).as(command.err()).isZero();
    return RunFolder.open(run).config();
  }

  @Test
  void presetsAreOverriddenByTheFileAndTheFileByOptions() throws IOException {
    Path config =
        file(
            """
            # a comment
            env: CartPole-v1
            preset: zoo
            seed: 7
            total-timesteps: 1_024
            gamma: 0.97
            update_epochs: 3
            hidden_sizes: [8, 4]
            norm_adv: false
            env_kwargs: {sutton_barto_reward: true}
            checkpointing:
              keep_checkpoints: 5
            """);

    RunConfig run = train(config, "--update-epochs", "2", "--keep-checkpoints=4");

    PpoConfig used = run.hyperparameters();
    assertThat(used.collect().numEnvs()).as("the preset's").isEqualTo(8);
    assertThat(used.collect().numSteps()).as("the preset's").isEqualTo(32);
    assertThat(used.totalTimesteps()).isEqualTo(1024);
    assertThat(used.advantage().gamma()).as("the file's").isEqualTo(0.97);
    assertThat(used.update().updateEpochs()).as("the option's").isEqualTo(2);
    assertThat(used.network().hiddenSizes()).containsExactly(8, 4);
    assertThat(run.seed()).isEqualTo(7);
    assertThat(run.preset()).isEqualTo("zoo");
    assertThat(run.envKwargs()).containsEntry("sutton_barto_reward", true);
    assertThat(run.checkpointing().keepCheckpoints()).isEqualTo(4);
  }

  @Test
  void theEnvironmentAndItsArgumentsMayBeGivenInstead() throws IOException {
    Path config =
        file(
            """
            {"env": "Acrobot-v1", "env_kwargs": {"sutton_barto_reward": true},
             "total_timesteps": 512, "num_steps": 32, "num_minibatches": 4}
            """);

    RunConfig run =
        train(
            config, "CartPole-v1", "--env-kwargs", "sutton_barto_reward=false", "--batch-size=32");

    assertThat(run.env()).isEqualTo("CartPole-v1");
    assertThat(run.envKwargs()).containsEntry("sutton_barto_reward", false);
    assertThat(run.hyperparameters().update().numMinibatches()).isEqualTo(4);
  }

  @ParameterizedTest
  @Tag("python")
  @CsvSource({
    "--seed=2, '{frame_skip=2}'",
    "--frame-stack=2, '{frame_skip=2, frame_stack=2}'",
    "--wrappers=none, null",
    "--wrappers=auto, null"
  })
  void recordedWrappersHoldUnlessTheCommandLineReplacesThem(String option, String wrappers)
      throws IOException {
    Path config =
        file(
            """
            {"env": "CartPole-v1", "backend": "python", "num_steps": 8, "total_timesteps": 64,
             "env_kwargs": {"ppo4j.wrappers": {"frame_skip": 2}}}
            """);
    Map<String, Object> kwargs = train(config, option).envKwargs();
    assertThat(String.valueOf(kwargs.get("ppo4j.wrappers"))).isEqualTo(wrappers);
  }

  @ParameterizedTest
  @CsvSource({
    "CartPole-v1, ppo, --clip-coef=0.3 --critic-hidden-sizes=8",
    "CartPole-v1, a2c, --gamma=0.9",
    "CartPole-v1, trpo, --profile=cleanrl",
    "Pendulum-v1, ppo, --preset=none --env-kwargs=g=9.0",
    "Pendulum-v1, ppo-penalty, --hidden-sizes=none --env-kwargs=g=9.0"
  })
  void theConfigurationOfARunIsInputAgain(String env, String algorithm, String options)
      throws IOException {
    Path first = folder.resolve("first");
    List<String> more = new ArrayList<>(List.of(env, "--algorithm", algorithm, "--seed", "3"));
    more.addAll(List.of(options.split(" ")));
    CommandRun training = CommandRun.shortTraining(first, more.toArray(String[]::new));
    assertThat(training.exitCode()).as(training.err()).isZero();

    train(first.resolve("config.json"));

    for (String name : List.of("config.json", "episodes.csv")) {
      assertThat(folder.resolve("run").resolve(name)).hasSameBinaryContentAs(first.resolve(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "learning_rat: 1| there is no option learning_rat; did you mean learning_rate or",
        "hyperparameters: {gama: 1}| there is no option gama; did you mean gamma?",
        "config: x| there is no option config",
        "debug: true| there is no option debug",
        "- 1| it must hold names and values, such as learning_rate: 1e-3",
        "gamma: [| line 1: ",
        "'gamma: 0.9\n\ngamma: 0.8'| line 3: Duplicate field 'gamma'",
        "'gamma: 0.9\nhyperparameters: {gamma: 0.8}'| gamma has two values; leave one of them out",
        "'batch_size: 8\nnum_minibatches: 4'| batch_size and num_minibatches exclude each other",
        "hyperparameters: 3| hyperparameters must hold names and values",
        "env_kwargs: 3| env_kwargs must hold names and values",
        "gamma: {x: 1}| gamma must be a single value, but is {\"x\":1}",
        "gamma: x| .yaml: Invalid value for option '--gamma': 'x' is not a number",
        "gamma: 1.5| --gamma must lie in [0, 1], but got 1.5",
        "'algorithm: a2c\nclip_coef: 0.3'| --clip-coef has no effect on a2c; it belongs to ppo",
        "parts: [my.Loss]| it is the configuration of a program with its own parts, [\"my.Loss\"]"
      })
  void aFileThatIsNotValidIsRefusedInOneSentence(String content, String message)
      throws IOException {
    CommandRun run = CommandRun.of("train", "--config=" + file(content));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: ").contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(2);
  }

  /** All hyperparameters are in the file, so that the preset of its run says nothing. */
  @Test
  void theConfigurationOfARunGoesWithAReference() {
    Path first = folder.resolve("first");
    CommandRun.of(
        "train", "--total-timesteps=512", "--num-steps=32", "--quiet", "--run-dir=" + first);
    CommandRun run =
        CommandRun.of(
            "train",
            "--config=" + first.resolve("config.json"),
            "--reference=" + first,
            "--quiet",
            "--run-dir=" + folder.resolve("second"));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aFileThatDoesNotExistIsRefused() {
    assertThat(CommandRun.of("train", "--config", "nowhere.yaml").err())
        .startsWith("ppo4j: --config: there is no file nowhere.yaml");
  }

  @Test
  void filesOfArgumentsAreExpanded() throws IOException {
    Path run = folder.resolve("run");
    Path arguments =
        Files.writeString(
            folder.resolve("args"),
            """
            # Stable-Baselines3's names are translated here too
            --n-steps 32 --total-timesteps=512
            --run-dir "%s"
            """
                .formatted(run));

    CommandRun training = CommandRun.of("train", "@" + arguments, "--quiet");

    assertThat(training.exitCode()).as(training.err()).isZero();
    assertThat(RunFolder.open(run).config().hyperparameters().collect().numSteps()).isEqualTo(32);
  }

  @Test
  void aFileOfArgumentsMustExist() {
    CommandRun run = CommandRun.of("train", "@nowhere");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "ppo4j: there is no file of arguments nowhere; an argument that starts with @ is"
                + " written @@nowhere");
    assertThat(CommandRun.of("evaluate", "@@nowhere").err())
        .startsWith("ppo4j: there is no run folder or checkpoint @nowhere");
  }

  @Test
  void wordsStandForOptions() {
    assertThat(CommandRun.of("help", "evaluate").out())
        .isEqualTo(CommandRun.of("evaluate", "--help").out());
    assertThat(CommandRun.of("help").out()).isEqualTo(CommandRun.of("--help").out());
    assertThat(CommandRun.of("version").out()).isEqualTo(CommandRun.of("--version").out());
  }
}
