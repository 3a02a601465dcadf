package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void theWorkloadsAreListedAndNotRun() {
    CommandRun run = CommandRun.of("bench", "--list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("train-cartpole +native CartPole-v1 .*"));
  }

  @Test
  void unknownWorkloadsAndPeersAreAnsweredWithTheKnownOnes() {
    assertThat(refusal("trian-cartpole"))
        .startsWith(
            "ppo4j: there is no workload 'trian-cartpole'; did you mean train-cartpole; there are")
        .contains("update-64, update-256");
    assertThat(refusal("--peers", "cleanrl,sb4"))
        .startsWith("ppo4j: there is no peer 'sb4'; did you mean sb3")
        .contains("there are cleanrl, sb3, sbx, envpool, torch");
    assertThat(refusal("--rounds", "0")).contains("--rounds must be at least 1, but is 0");
  }

  @Test
  void aBadFileIsRefusedBeforeAnythingIsMeasured() throws IOException {
    Path file = Files.writeString(folder.resolve("speed.md"), "# Speed");

    assertThat(refusal("--against", file.toString()))
        .startsWith("ppo4j: --against: " + file + " is not a bench.json");
  }

  /** The launcher here is a script that leaves the summary of a training of 1,234 steps/s. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher here is a shell script")
  void aWorkloadIsMeasuredAndKept() throws IOException {
    Path launcher =
        Files.createFile(
            folder.resolve("ppo4j"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        while [ "$1" != --run-dir ]; do shift; done
        mkdir "$2"
        echo '{"sps": 1234.0}' > "$2/summary.json"
        """);
    Path out = folder.resolve("out");
    String[] command = {"bench", "train-cartpole", "--peers=torch", "--rounds=2", "--out=" + out};
    String home = System.getProperty("ppo4j.home");
    System.setProperty("ppo4j.home", folder.toString());
    try {
      CommandRun run = CommandRun.of(command);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).contains("train-cartpole 2/2 ppo4j: 1,234 steps/s");
      assertThat(run.out()).contains("train-cartpole", "steps/s, median");
      assertThat(out.resolve("bench.md")).content().contains("| ppo4j | 1,234 |");
      command[4] = "--out=" + folder.resolve("again");
      String[] compared = Arrays.copyOf(command, 6);
      compared[5] = "--against=" + out.resolve("bench.json");
      CommandRun again = CommandRun.of(compared);
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.out())
          .contains("Nothing to compare: no workload was measured against the same");
    } finally {
      if (home == null) {
        System.clearProperty("ppo4j.home");
      } else {
        System.setProperty("ppo4j.home", home);
      }
    }
    assertThat(refusal("train-cartpole", "--out=" + out)).contains("already contains bench.json");
  }

  private static String refusal(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).isEqualTo(2);
    return run.err();
  }
}
