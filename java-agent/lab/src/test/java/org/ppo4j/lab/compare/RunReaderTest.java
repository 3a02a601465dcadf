package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "global_step,episodic_return|1,nan|2,3; has 1 episodes whose return is NaN or infinite",
        "global_step,episodic_return|1,-inf|2,NaN; has 2 episodes whose return is NaN or infinite",
        "global_step,episodic_return; has no finished episode",
        "global_step,episodic_return|9223372036854775807,1; which no training reaches",
        "global_step,episodic_return|20,1|10,1; goes back from step 20 to 10",
        "global_step,episodic_return|20; line 2 of",
        "global_step,episodic_return|20,1|x,1; line 3 of",
        "global_step,episodic_return|-1,1; has the negative step -1",
        "global_step,episodic_return|20,\"1; is not a CSV file",
        "step,episodic_return|20,1; needs columns global_step and episodic_return"
      })
  void whatCannotBeCountedSaysWhy(String lines, String flaw) throws IOException {
    SeedRun run = RunReader.csv("seed 1", csv(lines));

    assertThat(run.counts()).isFalse();
    assertThat(run.flaw()).contains(flaw);
    assertThat(
            new Contender.Trained("us", "A-v1", List.of(run), List.of())
                .values(Protocol.LAST_EPISODES))
        .isEmpty();
  }

  @Test
  void readsColumnsInAnyOrderAndTimes() throws IOException {
    Episodes episodes =
        RunReader.csv("seed 1", csv("seconds,episodic_return,x,global_step|0.5,-1.5,9,20"))
            .episodes();

    assertThat(episodes.steps()).containsExactly(20);
    assertThat(episodes.returns()).containsExactly(-1.5);
    assertThat(episodes.seconds()).containsExactly(0.5);
  }

  @Test
  void readsQuotedFieldsAndSkipsCommentsAndEmptyLines() throws IOException {
    Episodes episodes =
        RunReader.csv(
                "seed 1",
                csv(
                    "# made by hand|\"note\",\"global_step\", episodic_return||"
                        + "\"a, \"\"b\"\"\",20,1.5|# half way|plain, \"40\" ,2.5|"))
            .episodes();

    assertThat(episodes.steps()).containsExactly(20, 40);
    assertThat(episodes.returns()).containsExactly(1.5, 2.5);
  }

  @Test
  void aRunFolderWithoutASummaryDidNotEnd() throws IOException {
    Files.createDirectory(folder.resolve("checkpoints"));

    assertThat(RunReader.runFolder("seed 1", folder).flaw()).isEqualTo("did not end");
  }

  private Path csv(String lines) throws IOException {
    return Files.writeString(
        folder.resolve("episodes.csv"), lines.replace('|', '\n').strip() + "\n");
  }
}
