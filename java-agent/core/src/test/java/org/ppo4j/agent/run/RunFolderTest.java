package org.ppo4j.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;

class RunFolderTest {
  @TempDir private Path parent;

  @Test
  void namesAreSafeOnEveryFileSystem() {
    LocalDateTime time = LocalDateTime.of(2026, 11, 21, 6, 5, 4);

    assertThat(RunFolder.name("ALE/Pong-v5", Algorithm.PPO, Profile.CLEANRL, 3, time))
        .isEqualTo("ALE_Pong-v5__cleanrl__3__20261121-060504");
    assertThat(RunFolder.name("my.module:Env-v0", Algorithm.PPO, Profile.DEFAULT, 1, time))
        .isEqualTo("my.module_Env-v0__default__1__20261121-060504");
  }

  @Test
  void anEmptyFolderMayBeUsed() {
    assertThat(RunFolder.create(parent).path()).isEqualTo(parent);
  }

  @Test
  void refusesAFolderThatIsNotEmpty() throws IOException {
    Files.writeString(parent.resolve("notes.txt"), "mine");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFolder.create(parent))
        .withMessageContaining("is not empty; choose another");
  }

  @Test
  void aTakenNameIsNumbered() throws IOException {
    Path path = parent.resolve("runs/run");

    assertThat(RunFolder.createBeside(path).path()).isEqualTo(path);
    assertThat(RunFolder.createBeside(path).path()).isEqualTo(parent.resolve("runs/run-2"));
    assertThat(RunFolder.createBeside(path).path()).isEqualTo(parent.resolve("runs/run-3"));
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(parent.resolve("run"), "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFolder.create(file))
        .withMessageContaining("is a file");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> RunFolder.create(file.resolve("below")))
        .withMessageContaining("cannot make the run folder");
  }

  @Test
  void theLatestCheckpointIsTheOneWithTheHighestStep() throws IOException {
    RunFolder folder = RunFolder.create(parent);
    assertThat(folder.latestCheckpoint()).isEmpty();

    Files.createFile(folder.checkpoint(999));
    Files.createFile(folder.checkpoint(1_000_000_000_000L));
    Files.createFile(folder.checkpoint(1000));
    Files.createFile(parent.resolve("checkpoints/.step_9999999999999.zip.tmp"));

    assertThat(RunFolder.open(parent).latestCheckpoint())
        .contains(folder.checkpoint(1_000_000_000_000L));
  }

  @Test
  void opensRunFoldersOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFolder.open(parent))
        .withMessageContaining("is not a run folder");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFolder.open(parent.resolve("gone")))
        .withMessageContaining("there is no run folder");
  }

  @Test
  void readsTheConfigAndTheSummaryItWrote() throws IOException {
    RunFolder folder = RunFolder.create(parent);
    RunConfig config =
        new RunConfig(
            Algorithm.PPO,
            "CartPole-v1",
            Map.of("sutton_barto_reward", true),
            RunConfig.Backend.NATIVE,
            Engine.SIMD,
            null,
            List.of(),
            1,
            Profile.DEFAULT,
            "zoo",
            PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2)),
            475.0,
            new RunConfig.Checkpointing(0, 3, 0, 10));
    RunSummary summary =
        new RunSummary(
            "CartPole-v1",
            RunConfig.Backend.NATIVE,
            Engine.SIMD,
            1,
            Outcome.STOPPED,
            null,
            512,
            0.5,
            1024,
            0,
            null,
            3,
            List.of("a hint"),
            Map.of("mujoco", "4.0.0"),
            Provenance.present());

    folder.write(config);
    folder.write(summary);

    assertThat(folder.config()).isEqualTo(config);
    assertThat(folder.summary()).isEqualTo(summary);
    assertThat(Files.readString(parent.resolve("summary.json")))
        .contains("\"last100_mean_return\" : null")
        .contains("\"outcome\" : \"stopped\"")
        .contains("\"total_steps\" : 512")
        .contains("\"hints\" : [ \"a hint\" ]");

    String earlier = Files.readString(parent.resolve("summary.json"));
    Files.writeString(
        parent.resolve("summary.json"), earlier.replace("\"hints\" : [ \"a hint\" ],", ""));
    assertThat(folder.summary().hints()).isEmpty();
  }

  @Test
  void anOverlongIdMakesANameThatFileSystemsAllow() {
    LocalDateTime time = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
    String id = "module:" + "X".repeat(300);

    String name = RunFolder.name(id + "-v0", Algorithm.PPO_PENALTY, Profile.CLEANRL, 1, time);

    assertThat(name).hasSizeLessThan(200).startsWith("module_XXX").endsWith("20260102-030405");
    assertThat(name)
        .isNotEqualTo(RunFolder.name(id + "-v1", Algorithm.PPO_PENALTY, Profile.CLEANRL, 1, time));
  }

  @Test
  void aMissingFolderBeforeItsParentIsLeftOut(@TempDir Path parent) {
    RunFolder folder = RunFolder.create(parent.resolve("missing/../run"));

    assertThat(folder.path()).isEqualTo(parent.resolve("run"));
    assertThat(parent.resolve("run/checkpoints")).isDirectory();
    assertThat(parent.resolve("missing")).doesNotExist();
  }
}
