package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunSummary;
import org.ppo4j.env.Envs;

class TrainCommandTest {
  @TempDir private Path parent;

  private Path runDir() {
    return parent.resolve("run");
  }

  @Test
  void leavesACompleteRunFolder() throws IOException {
    CommandRun run = CommandRun.shortTraining(runDir());

    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    RunFolder folder = RunFolder.open(runDir());
    RunSummary summary = folder.summary();
    assertThat(summary.outcome()).isEqualTo(Outcome.FINISHED);
    assertThat(summary.totalSteps()).isEqualTo(512);
    assertThat(summary.engine()).isEqualTo(Engine.SIMD);
    assertThat(summary.sps()).isPositive();
    List<String> episodes = Files.readAllLines(folder.episodes());
    assertThat(episodes).hasSize((int) summary.episodes() + 1);
    assertThat(episodes.get(1)).matches("\\d+,\\d+\\.0,\\d+");
    assertThat(folder.config().backend()).isEqualTo(RunConfig.Backend.NATIVE);
    assertThat(Checkpoint.read(folder.checkpoint(512)).run()).isEqualTo(folder.config());
  }

  @Test
  void anIdWithoutAVersionIsTheNewest() {
    CommandRun run = CommandRun.shortTraining(runDir(), "CartPole");

    assertThat(run)
        .isEqualTo(
            new CommandRun(0, "", "CartPole has no version; using the newest, CartPole-v1\n"));
    assertThat(RunFolder.open(runDir()).config().env()).isEqualTo("CartPole-v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cartpole-v1", "CartPol-v1", "CatrPole-v1"})
  void aMisspeltNativeIdIsRefused(String id) {
    CommandRun run = CommandRun.shortTraining(runDir(), id);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("ppo4j: there is no environment %s; did you mean CartPole-v1?".formatted(id))
        .contains("(--backend python asks Gymnasium)");
    assertThat(runDir()).doesNotExist();
  }

  /** What is counted before fits 64 MB, and what is needed does not. */
  @Test
  void tooLittleMemoryIsOneSentence() throws IOException, InterruptedException {
    List<String> command =
        ChildJvm.command(
            List.of(
                "train", "--hidden-sizes=1000,1000", "--no-ortho-init", "--run-dir=" + runDir()),
            1);
    command.add(1, "-Xmx64m");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();

    assertThat(process.errorReader().lines().filter(line -> !line.startsWith("WARNING")))
        .singleElement()
        .asString()
        .startsWith("ppo4j: out of memory: Java may use ")
        .contains("-Xmx");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void saysThatItStepsMujocoNativelyWhereNobodyChose() {
    assumeTrue(Envs.isReady("Hopper-v5"), "no test fetches MuJoCo");
    String[] options = {"--num-steps=32", "--total-timesteps=64", "--num-envs=1"};
    CommandRun auto = hopper("auto", options);
    CommandRun chosen = hopper("native", options);

    assertThat(auto.out().lines().findFirst().orElseThrow()).startsWith("Preset       ppo4j");
    assertThat(auto.out().lines().skip(1).findFirst().orElseThrow())
        .isEqualTo(
            "Hopper-v5: stepping natively on MuJoCo 4.0.0; --backend python steps it through"
                + " Gymnasium");
    assertThat(chosen.exitCode()).isZero();
    assertThat(chosen.out()).doesNotContain("stepping natively");
    assertThat(RunFolder.open(parent.resolve("auto")).summary().versions())
        .containsEntry("mujoco", "4.0.0");
  }

  private CommandRun hopper(String backend, String... options) {
    List<String> args = new ArrayList<>(List.of("train", "Hopper-v5", "--backend=" + backend));
    args.add("--run-dir=" + parent.resolve(backend));
    args.addAll(List.of(options));
    return CommandRun.of(args.toArray(String[]::new));
  }

  @Test
  void sameSeedGivesTheSameBytes() throws IOException {
    Path a = parent.resolve("a/episodes.csv");
    Path b = parent.resolve("b/episodes.csv");
    Path c = parent.resolve("c/episodes.csv");
    CommandRun.shortTraining(parent.resolve("a"), "--seed", "5");
    CommandRun.shortTraining(parent.resolve("b"), "--seed", "5");
    CommandRun.shortTraining(parent.resolve("c"), "--seed", "6");

    assertThat(b).hasSameBinaryContentAs(a);
    assertThat(Files.mismatch(a, c)).isNotEqualTo(-1);
  }

  /** Minibatches of 32 rows are enough for the second thread to be used. */
  @Test
  void theNumberOfThreadsChangesNoByte() throws IOException {
    Path one = parent.resolve("one");
    Path two = parent.resolve("two");
    assertThat(CommandRun.shortTraining(one, "--threads", "1").exitCode()).isZero();
    assertThat(CommandRun.shortTraining(two, "--threads", "2").exitCode()).isZero();

    assertThat(RunFolder.open(two).episodes())
        .hasSameBinaryContentAs(RunFolder.open(one).episodes());
    Map<String, Object> expected = new TreeMap<>(arrays(one));
    Map<String, Object> actual = new TreeMap<>(arrays(two));
    assertThat(expected.remove("run/seconds")).as("the time it took").isNotNull();
    actual.remove("run/seconds");
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).contains("network/parameters");
    expected.forEach((name, array) -> assertThat(actual.get(name)).as(name).isEqualTo(array));
  }

  private static Map<String, Object> arrays(Path runDir) {
    return Checkpoint.read(RunFolder.open(runDir).checkpoint(512)).state().arrays();
  }

  @ParameterizedTest
  @EnumSource(ActionHead.class)
  void everyActionHeadIsTrainedResumedAndEvaluated(ActionHead head) {
    String run = runDir().toString();
    CommandRun trained =
        CommandRun.of(
            "train",
            "Pendulum-v1",
            "-q",
            "--preset=none",
            "--action-head=" + OptionNames.value(head),
            "--num-steps=200",
            "--total-timesteps=200",
            "--run-dir=" + run);
    assertThat(trained).isEqualTo(new CommandRun(0, "", ""));
    assertThat(RunFolder.open(runDir()).config().hyperparameters().action().actionHead())
        .isEqualTo(head);
    assertThat(CommandRun.of("resume", run, "-q", "--total-timesteps=400").exitCode()).isZero();
    CommandRun evaluated = CommandRun.of("evaluate", run, "--episodes=1");
    assertThat(evaluated.exitCode()).isZero();
    assertThat(evaluated.out()).contains("400");
  }

  @Test
  void recordsEveryOption() {
    CommandRun.shortTraining(
        runDir(),
        "CartPole-v1",
        "--profile=cleanrl",
        "--seed=7",
        "--gamma=0.9",
        "--hidden-sizes=8,16",
        "--critic-hidden-sizes=7",
        "--activation=relu",
        "--num-envs=2",
        "--env-kwargs=sutton_barto_reward=true",
        "--env-kwargs=max_episode_steps=50");

    RunConfig config = RunFolder.open(runDir()).config();
    assertThat(config.profile()).isEqualTo(Profile.CLEANRL);
    assertThat(config.seed()).isEqualTo(7);
    assertThat(config.hyperparameters().advantage().gamma()).isEqualTo(0.9);
    assertThat(config.hyperparameters().network().hiddenSizes()).containsExactly(8, 16);
    assertThat(config.hyperparameters().critic().criticHiddenSizes()).containsExactly(7);
    assertThat(config.hyperparameters().network().activation()).isEqualTo(Activation.RELU);
    assertThat(config.hyperparameters().collect().numEnvs()).isEqualTo(2);
    assertThat(config.hyperparameters().advantage().bootstrapTruncated()).isFalse();
    assertThat(config.envKwargs())
        .containsEntry("sutton_barto_reward", true)
        .containsEntry("max_episode_steps", 50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--algorithm=trpo --target-kl=0 | --target-kl must be greater than 0 for trpo, but is 0",
        "--algorithm=trpo --clip-coef=0.1 | --clip-coef has no effect on trpo; it belongs to ppo, ppg,",
        "--algorithm=ddpg | there is no algorithm ddpg; there are ppo, ppo-penalty, a2c, trpo, ppg,",
        "--algorithm=a2c --preset=zoo | so --preset zoo has no effect on a2c; leave it out",
        "--action-head=beta | is for continuous actions, but CartPole-v1 has actions Discrete(2)",
        "--lr-schedule=adaptive --learning-rate=1 | the adaptive --lr-schedule keeps the rate between",
        "--kl-coef=0.5 | --kl-coef and --kl-estimator have no effect without a reference policy"
      })
  void whatAnAlgorithmLacksIsRefusedBeforeTraining(String options, String message) {
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--run-dir=" + runDir()));
    args.addAll(List.of(options.split(" ")));
    CommandRun run = CommandRun.of(args.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message).contains("Try ./ppo4j train --help");
    assertThat(runDir()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--norm-adv, true",
    "--no-norm-adv, false",
    "--norm-adv=false, false",
    "--norm-adv=true, true"
  })
  void booleansAreFlagsWithAnOptionalValue(String option, boolean value) {
    CommandRun run = CommandRun.shortTraining(runDir(), option);

    assertThat(run.err()).isEmpty();
    assertThat(RunFolder.open(runDir()).config().hyperparameters().loss().normAdv())
        .isEqualTo(value);
  }

  @Test
  void writesCheckpointsOnTheWay() {
    CommandRun.shortTraining(runDir(), "--checkpoint-every", "200");

    RunFolder folder = RunFolder.open(runDir());
    assertThat(folder.checkpoint(128)).doesNotExist();
    assertThat(folder.checkpoint(256)).exists(); // the first update past 200
    assertThat(folder.checkpoint(384)).doesNotExist();
    assertThat(folder.checkpoint(512)).exists(); // the first past 400, and the end
  }

  @Test
  void refusesAFolderInUse() {
    CommandRun.shortTraining(runDir());
    CommandRun again = CommandRun.shortTraining(runDir());

    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("is not empty; choose another with --run-dir");
  }

  @Test
  void saysWhatItDoesAndHowToGoOn() {
    CommandRun run =
        CommandRun.of(
            "train", "--run-dir", runDir().toString(), "--total-timesteps", "1024", "--seed", "3");

    assertThat(run.out())
        .contains("Environment  CartPole-v1 (native), 4 at a time")
        .contains("Engine       simd")
        .contains("Seed         3")
        .contains("Finished after 1,024 steps")
        .contains("./ppo4j evaluate " + runDir());
  }

  @Test
  void quotesTheFolderInTheCommandToPaste() {
    Path folder = runDir().resolveSibling("it's mine");

    CommandRun run = CommandRun.of("train", "--run-dir", folder + "", "--total-timesteps", "512");

    assertThat(run.out())
        .contains("./ppo4j evaluate '%s'".formatted(folder.toString().replace("'", "'\\''")));
  }

  @Test
  void evaluatesARunAndACheckpointAlike() {
    CommandRun.shortTraining(runDir());
    String checkpoint = RunFolder.open(runDir()).checkpoint(512).toString();

    CommandRun ofRun = CommandRun.of("evaluate", runDir().toString(), "--episodes", "5");
    CommandRun ofFile = CommandRun.of("evaluate", checkpoint, "--episodes", "5");

    assertThat(ofRun.err()).isEmpty();
    assertThat(ofRun.out())
        .contains("CartPole-v1, policy of step 512, deterministic actions, 5 episodes, seed 1")
        .containsPattern("return  mean \\d+\\.\\d\\d  std \\d+\\.\\d\\d  min \\d+\\.00  max")
        .containsPattern("length  mean");
    assertThat(ofFile).isEqualTo(ofRun);
  }

  @Test
  void refusesARunWithoutCheckpoints() {
    RunFolder.create(runDir());

    CommandRun run = CommandRun.of("evaluate", runDir().toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("has no checkpoint");
  }
}
