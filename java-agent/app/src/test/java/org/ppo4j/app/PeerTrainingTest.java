package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.lab.peer.PeerPackages;
import org.ppo4j.lab.peer.PeerVenv;

/** The peer is a shell script that writes the same files as {@code peer_sb3.py}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot run a shell script as python")
class PeerTrainingTest {
  @TempDir private Path parent;

  @BeforeEach
  void peer() throws IOException {
    Path venv = parent.resolve(".venv-sb3");
    Files.createDirectories(venv.resolve("bin"));
    Files.writeString(venv.resolve("complete"), PeerVenv.packages(PeerPackages.SB3));
    Path python = venv.resolve("bin/python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        if [ "$1" = -c ]; then
          echo 'gymnasium 9.8.7'
          exit
        fi
        echo "$0 $*" >> "%1$s/calls"
        test "$4" = 2 && ! test -e "%1$s/fixed" && echo 'out of memory' && exit 1
        printf 'global_step,episodic_return,seconds\\n1000,20,0.5\\n2048,3%%d,1\\n' $(($4 - 1)) > "$5/episodes.csv"
        echo '{"policy": "final", "seed": '$7', "returns": [7, 9]}' > "$5/evaluation.json"
        """
            .formatted(parent));
    assertThat(python.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aPeersSeedsTakePartAndAFailedOneIsTrainedAgain() throws IOException, InterruptedException {
    String report = compare();

    assertThat(report)
        .contains("With 2 and 1 seeds (1 of Stable-Baselines3 2.9.2 missing)")
        .contains("seed 2 is left out: it ended with exit code 1: out of memory.")
        .contains("Stable-Baselines3 2.9.2, seed 1", "25.00", "8.00", "9.8.7");
    assertThat(calls()).hasSize(2).allMatch(call -> call.contains("CartPole-v1 2048"));

    Files.createFile(parent.resolve("fixed"));

    assertThat(compare())
        .contains("With 2 and 2 seeds,")
        .contains("seed 2: an earlier attempt ended with exit code 1: out of memory.");
    assertThat(calls()).hasSize(3).last().asString().contains("CartPole-v1 2048 2 ");
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(parent.resolve("calls"));
  }

  private String compare() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of(
                        "compare",
                        "CartPole-v1",
                        "--seeds=2",
                        "--steps=2048",
                        "--eval-episodes=1",
                        "--against=sb3",
                        "--run-dir=" + parent.resolve("study")),
                    2))
            .redirectErrorStream(true);
    builder.environment().put("PPO4J_PEERS", parent.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.replaceAll("\\s+", " "); // its lines are wrapped
  }
}
