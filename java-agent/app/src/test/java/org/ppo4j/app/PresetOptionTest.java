package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.run.RunFolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PresetOptionTest {
  private static final GivenHyperparameters NOTHING_GIVEN =
      new GivenHyperparameters(Map.of(), null);

  @TempDir private Path parent;

  @Command
  private static final class Host {
    @Mixin private PresetOption presets;
  }

  private static PresetOption option(String... args) {
    Host host = new Host();
    new CommandLine(host).parseArgs(args);
    return host.presets;
  }

  @Test
  void choosesWhereTheProfileIsNotKnownToWork() {
    Preset preset = option().of("CarRacing-v3", Profile.DEFAULT, Algorithm.PPO, NOTHING_GIVEN);

    assertThat(preset).isEqualTo(Preset.find("zoo", "CarRacing-v3").orElseThrow());
    assertThat(option().of("CartPole-v1", Profile.DEFAULT, Algorithm.PPO, NOTHING_GIVEN)).isNull();
    assertThat(
            option("--preset", "none")
                .of("CarRacing-v3", Profile.DEFAULT, Algorithm.PPO, NOTHING_GIVEN))
        .isNull();
  }

  @Test
  void leavesCleanRlAloneUnlessAsked() {
    assertThat(option().of("CarRacing-v3", Profile.CLEANRL, Algorithm.PPO, NOTHING_GIVEN)).isNull();
    assertThat(
            option("--preset", "zoo")
                .of("CarRacing-v3", Profile.CLEANRL, Algorithm.PPO, NOTHING_GIVEN))
        .isNotNull();
  }

  @Test
  void saysWhatItChoseAndWhereItIsFrom() {
    assertThat(description("CarRacing-v3"))
        .startsWith(
            "zoo (chosen for this environment; --preset none switches it off): RL Baselines3")
        .endsWith("; without its GELU and separate layers of 256 units behind the convolutions");
    assertThat(description("CartPole-v1", "--preset", "zoo")).startsWith("zoo: RL Baselines3 Zoo");
  }

  private static String description(String env, String... args) {
    PresetOption option = option(args);
    @Nullable Preset preset = option.of(env, Profile.DEFAULT, Algorithm.PPO, NOTHING_GIVEN);
    return preset == null ? "none" : option.description(preset);
  }

  @Test
  void givenHyperparametersReplaceThePresets() {
    Path runDir = parent.resolve("run");
    CommandRun run =
        CommandRun.of(
            "train",
            "CartPole-v1",
            "--preset=zoo",
            "--gamma=0.9",
            "--total-timesteps=512",
            "--run-dir",
            runDir.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Preset       zoo: RL Baselines3 Zoo, hyperparams/ppo.yml");
    PpoConfig config = RunFolder.open(runDir).config().hyperparameters();
    assertThat(RunFolder.open(runDir).config().preset()).isEqualTo("zoo");
    assertThat(config.advantage().gamma()).isEqualTo(0.9);
    assertThat(config.collect().numEnvs()).isEqualTo(8);
    assertThat(config.update().updateEpochs()).isEqualTo(20);
    assertThat(config.loss().annealClipCoef()).isTrue();
  }

  @Test
  void givesWayWhereWhatIsGivenSwitchesAValueOff() {
    Path runDir = parent.resolve("beta");
    CommandRun run =
        CommandRun.of(
            "train",
            "Pendulum-v1",
            "--preset=ppo4j",
            "--action-head=beta",
            "--total-timesteps=4096",
            "--run-dir",
            runDir.toString());

    assertThat(run.exitCode()).isZero();
    PpoConfig config = RunFolder.open(runDir).config().hyperparameters();
    assertThat(config.network().logStdInit()).isZero();
    assertThat(config.advantage().gamma())
        .isEqualTo(
            Preset.find("ppo4j", "Pendulum-v1").orElseThrow().hyperparameters().get("gamma"));
  }

  /** Neither value is valid with the other's default: 32 minibatches of a recurrent policy. */
  @Test
  void isCheckedTogetherWithWhatIsGiven() throws IOException {
    Path file = parent.resolve("memory.json");
    Files.writeString(
        file,
        """
        {"env": "Pendulum-v1", "algorithm": "ppo", "hyperparameters": {"lstm": 8},
         "finding": {"command": "a test", "search_seeds": [1000], "figure": 0, "protocol": "none",
                     "seeds": [1000]}}
        """);
    Path runDir = parent.resolve("memory");
    CommandRun run =
        CommandRun.of(
            "train",
            "Pendulum-v1",
            "--preset=" + file,
            "--num-envs=8",
            "--num-minibatches=4",
            "--num-steps=32",
            "--total-timesteps=512",
            "--run-dir",
            runDir.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(RunFolder.open(runDir).config().hyperparameters().network().lstm()).isEqualTo(8);
  }

  @Test
  void namesThePresetWhereItDoesNotFitTheTask() {
    CommandRun run =
        CommandRun.of("train", "Pendulum-v1", "--preset=zoo", "--engine=dl4j", "--quiet");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--action-head gsde needs the last hidden layer")
        .contains("those of the preset zoo; --preset none switches it off");
  }

  @Test
  void refusesBothWhereBothAreGiven() {
    CommandRun run =
        CommandRun.of("train", "Pendulum-v1", "--action-head=beta", "--log-std-init=-1", "--quiet");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--log-std-init has no effect on --action-head beta");
  }

  @Test
  void namesThePresetWhereItDoesNotFitWhatIsGiven() {
    CommandRun run = CommandRun.of("train", "--preset=zoo", "--total-timesteps=100", "--quiet");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--total-timesteps 100 is less than one batch of 256")
        .contains("those of the preset zoo; --preset none switches it off");
  }

  @Test
  void refusesWhatThereIsNot() {
    CommandRun unknown = CommandRun.of("train", "--preset", "best");
    CommandRun elsewhere = CommandRun.of("train", "Pusher-v5", "--preset", "zoo");

    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err())
        .contains(
            "there is no preset best; --preset takes auto, none, ppo4j, zoo, cleanrl, or the path"
                + " of a file");
    assertThat(elsewhere.exitCode()).isEqualTo(2);
    assertThat(elsewhere.err())
        .contains(
            "the preset zoo has no hyperparameters for Pusher-v5, only for CartPole-v1,"
                + " Acrobot-v1");
  }
}
