package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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

  /** The only test that measures, ppo4j alone; the measurements are not checked. */
  @Test
  void aWorkloadIsMeasuredAndKept() {
    CommandRun run =
        CommandRun.of(
            "bench", "step-cartpole-64", "--peers=torch", "--rounds=1", "--out=" + folder);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("step-cartpole-64 1/1 ppo4j: [0-9,]+ steps/s");
    assertThat(run.out()).contains("step-cartpole-64", "steps/s, median");
    assertThat(folder.resolve("bench.md")).content().contains("| ppo4j | ");
    CommandRun again =
        CommandRun.of(
            "bench",
            "step-cartpole-64",
            "--peers=torch",
            "--rounds=1",
            "--out=" + folder.resolve("again"),
            "--against=" + folder.resolve("bench.json"));
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.out())
        .contains("Nothing to compare: no workload was measured against the same");
    assertThat(refusal("step-cartpole-64", "--out=" + folder)).contains("holds a bench.json");
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
