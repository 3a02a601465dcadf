package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFinderTest {
  private static final String CSV = "global_step,episodic_return\n10,1\n20,3\n";

  @TempDir private Path folder;

  @Test
  void everyFolderOfEventFilesIsASeedAndEveryExperimentASide() throws IOException {
    events("Hopper-v4__ppo__1__1700000000");
    events("Hopper-v4__ppo__2__1700000001");
    events("Hopper-v4__rpo__1__1700000002");
    events("Walker2d-v4__ppo__1__1700000003");

    List<Contender.Trained> found = RunFinder.find(folder, "Hopper-v4");

    assertThat(found.stream().map(Contender.Trained::name))
        .containsExactly(folder + " ppo", folder + " rpo");
    assertThat(found.getFirst().runs())
        .extracting(SeedRun::name)
        .containsExactly("Hopper-v4__ppo__1__1700000000", "Hopper-v4__ppo__2__1700000001");
    assertThat(found.getFirst().values(Protocol.LAST_EPISODES)).containsExactly(21.5); // copies
    assertThat(found.getFirst().problems())
        .contains(folder + ": trainings of Walker2d-v4 are left out (1).");
  }

  @Test
  void anotherVersionOfTheTaskIsTakenAndNotHidden() throws IOException {
    events("Hopper-v4__ppo__1__1700000000");

    assertThat(RunFinder.find(folder, "Hopper-v5"))
        .singleElement()
        .satisfies(found -> assertThat(found.env()).isEqualTo("Hopper-v4"));
  }

  @Test
  void aNamedFolderWithoutAFileIsASeedThatCrashed() throws IOException {
    events("Hopper-v4__ppo__1__1700000000");
    Files.createDirectory(folder.resolve("Hopper-v4__ppo__2__1700000001"));

    Contender.Trained found = RunFinder.find(folder, "Hopper-v4").getFirst();

    assertThat(found.expectedSeeds()).isEqualTo(2);
    assertThat(found.problems())
        .anyMatch(each -> each.endsWith("2__1700000001 is left out: it has no finished episode."));
  }

  @Test
  void csvFilesAreFoundAmongOthers() throws IOException {
    Files.writeString(folder.resolve("cleanrl_Hopper-v5_seed1.csv"), CSV);
    Files.writeString(folder.resolve("notes.csv"), "a,b\n1,2\n");
    Files.writeString(folder.resolve("README.md"), "global_step and episodic_return");

    assertThat(RunFinder.find(folder, "Hopper-v5"))
        .singleElement()
        .satisfies(found -> assertThat(found.values(Protocol.LAST_EPISODES)).containsExactly(2))
        .satisfies(
            found ->
                assertThat(found.problems())
                    .contains(
                        folder.resolve("notes.csv")
                            + " is left out: its first line does not name the columns global_step"
                            + " and episodic_return."));
  }

  @Test
  void theNameOfACsvFilesFolderTellsTheEnvironmentToo() throws IOException {
    Path hopper = Files.createDirectory(folder.resolve("Hopper-v5"));
    Files.writeString(hopper.resolve("a1.csv"), CSV);
    Path versioned = Files.createDirectory(folder.resolve("baseline-v2"));
    Files.writeString(versioned.resolve("a1.csv"), "\uFEFF" + CSV);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFinder.find(hopper, "CartPole-v1"))
        .withMessage(hopper + " holds no training of CartPole-v1, only of Hopper-v5");
    assertThat(RunFinder.find(versioned, "CartPole-v1").getFirst().counted()).hasSize(1);
  }

  @Test
  void whatNoNameTellsIsTakenOnTrustAndSaid() throws IOException {
    Files.writeString(folder.resolve("curve.csv"), CSV);

    assertThat(RunFinder.find(folder, "Hopper-v5").getFirst().problems())
        .contains(
            "%s: no name contains an environment; assumed to be Hopper-v5.".formatted(folder));
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFinder.find(folder, "Hopper-v5"))
        .withMessageStartingWith(folder + " holds no training: no event file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFinder.find(folder.resolve("gone"), "Hopper-v5"))
        .withMessage("there is no file or folder " + folder.resolve("gone"));
    events("Walker2d-v4__ppo__1__1700000003");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFinder.find(folder, "Hopper-v5"))
        .withMessage(folder + " holds no training of Hopper-v5, only of Walker2d-v4");
  }

  @Test
  void ourOwnMustBeOfOneKind() throws IOException {
    events("Hopper-v4__ppo__1__1700000000");
    events("Hopper-v4__rpo__1__1700000002");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunFinder.ours(List.of(folder), "Hopper-v4"))
        .withMessage(
            "%s are trainings of several kinds, ppo and rpo; give the folders of one kind only"
                .formatted(folder));
    assertThat(
            RunFinder.ours(List.of(folder.resolve("Hopper-v4__ppo__1__1700000000")), "Hopper-v4"))
        .satisfies(found -> assertThat(found.name()).isEqualTo("ppo4j"));
  }

  /** Makes a folder with the one episode of TensorBoard's {@code events.golden}. */
  private void events(String name) throws IOException {
    Path run = Files.createDirectory(folder.resolve(name));
    try (InputStream in =
        getClass().getResourceAsStream("/org/ppo4j/agent/tensorboard/events.golden")) {
      Files.copy(Objects.requireNonNull(in), run.resolve("events.out.tfevents.1.host"));
    }
  }
}
