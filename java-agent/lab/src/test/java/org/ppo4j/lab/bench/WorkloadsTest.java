package org.ppo4j.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Round;
import org.ppo4j.lab.peer.PeerVenv;

/** Peers count as installed here. */
class WorkloadsTest {
  @TempDir private Path parent;
  private final List<String> told = new ArrayList<>();
  private List<Workload> workloads = List.of();

  @BeforeEach
  void install() throws IOException {
    for (BenchPeer peer : BenchPeer.values()) {
      Path venv = parent.resolve(".venv-" + peer.packages().folder());
      Files.createDirectories(venv);
      Files.writeString(venv.resolve("complete"), PeerVenv.packages(peer.packages()));
    }
    OurCommands ours =
        new OurCommands(List.of("ppo4j"), () -> List.of("java"), () -> told.add("python"));
    workloads = new Workloads(ours, new PeerInstallations(parent, told::add), 2).all();
  }

  @Test
  void everyWorkloadHasItsOwnNameAndOursFirst() {
    assertThat(workloads).extracting(Workload::name).doesNotHaveDuplicates();
    assertThat(workloads)
        .allSatisfy(
            workload -> {
              assertThat(workload.programs()).hasSizeGreaterThan(1);
              assertThat(workload.programs().getFirst().contender()).isEqualTo("ppo4j");
              assertThat(workload.programs()).extracting(Program::name).doesNotHaveDuplicates();
            });
  }

  @Test
  void aPeerRunsWithOneThreadAndWithAllCores() {
    assertThat(workload("train-cartpole").programs())
        .filteredOn(program -> program.contender().equals("CleanRL"))
        .extracting(program -> program.environment().get("OMP_NUM_THREADS"))
        .containsExactly("1", "2");
    assertThat(workload("train-halfcheetah-python-8").programs())
        .filteredOn(program -> program.contender().equals("CleanRL"))
        .extracting(Program::setting)
        .containsExactly(
            "SyncVectorEnv, 1 thread",
            "SyncVectorEnv, 2 threads",
            "AsyncVectorEnv, 1 thread",
            "AsyncVectorEnv, 2 threads");
  }

  @Test
  void unwantedPeersAreLeftOutAndOursStays() {
    Workload few = workload("train-cartpole").only(EnumSet.of(BenchPeer.SBX));

    assertThat(few.programs())
        .extracting(Program::contender)
        .containsExactly("ppo4j", "SBX", "SBX");
  }

  @Test
  void eachRoundHasItsOwnSeed() {
    Round round = new Round(parent.resolve("round"), 3);

    assertThat(program("solve-cartpole", 0).command().apply(round))
        .startsWith("ppo4j", "train", "CartPole-v1", "--stop-at-return=475")
        .containsSequence("--seed", "3");
    assertThat(program("solve-cartpole", 1).command().apply(round))
        .startsWith(
            parent.resolve(".venv-cleanrl/bin/python").toString(),
            parent.resolve("peer_cleanrl_bench.py").toString(),
            "--stop-at-return",
            "475",
            "ppo")
        .containsSequence("--seed", "3");
    assertThat(program("solve-cartpole", 3).command().apply(round))
        .endsWith(
            "CartPole-v1", "500000", "3", round.folder().toString(), "--stop-at-return", "475");
    assertThat(parent.resolve("peer_sb3.py")).isNotEmptyFile();
  }

  @Test
  void pythonIsSetUpBeforeItIsStepped() {
    assertThat(program("step-halfcheetah-python", 0).command().apply(new Round(parent, 1)))
        .containsExactly(
            "java", "org.ppo4j.benchmarks.Stepping", "python", "HalfCheetah-v5", "8", "2", "3");
    assertThat(told).containsExactly("python");
  }

  /** A script stands in for CleanRL's that prints as it does. */
  @Test
  @Tag("python")
  void cleanRlEndsWhereAHundredReturnsReachTheMean() throws IOException, InterruptedException {
    Path cleanrl = Files.createDirectory(parent.resolve("cleanrl"));
    Files.writeString(cleanrl.resolve("__init__.py"), "");
    Files.writeString(
        cleanrl.resolve("ppo.py"),
        """
        # envs = gym.vector.SyncVectorEnv(
        for i in range(1000):
            print(f"global_step={i}, episodic_return={[9.0] if i < 50 else 11.0}")
        print("SPS:", 7)
        """);
    Path script = PeerVenv.script("peer_cleanrl_bench.py", parent.resolve("round"));
    ProcessBuilder builder =
        new ProcessBuilder("python3", script.toString(), "--stop-at-return", "10", "ppo", "--seed");
    builder.environment().put("PYTHONPATH", parent.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    // Of returns 0 to 99, fifty are 9 and fifty 11.
    assertThat(output).endsWith("global_step=99, episodic_return=11.0\nsolved_at=99\n");
  }

  private Program program(String workload, int index) {
    return workload(workload).programs().get(index);
  }

  private Workload workload(String name) {
    return workloads.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
