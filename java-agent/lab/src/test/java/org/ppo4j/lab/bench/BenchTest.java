package org.ppo4j.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Unit;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its programs are shell commands")
class BenchTest {
  @TempDir private Path parent;
  private final List<String> told = new ArrayList<>();

  @Test
  void programsTakeTurnsRoundByRound() throws IOException, InterruptedException {
    Workload first = rates(says("ppo4j", "", "1"), says("A", "1", "1"), says("A", "2", "1"));
    Workload second = rates(says("ppo4j", "", "1"), says("B", "", "1"));

    bench(2, first, second);

    assertThat(Files.readAllLines(parent.resolve("turns")))
        .containsExactly(
            "ppo4j-", "A-1", "A-2", "ppo4j-", "A-1", "A-2", "ppo4j-", "B-", "ppo4j-", "B-");
  }

  @Test
  void theMedianOfAContendersBetterSettingCounts() throws IOException, InterruptedException {
    Workload rates =
        rates(
            says("ppo4j", "", "$(sed -n ${SEED}p ours)"),
            says("A", "slow", "10"),
            says("A", "fast", "$((SEED * 20))"),
            says("B", "", "5"));
    Files.write(parent.resolve("ours"), List.of("100", "900", "120", "80"));

    WorkloadResult result = bench(4, rates).workloads().getFirst();

    assertThat(result.ours().samples()).containsExactly(100.0, 900.0, 120.0, 80.0);
    assertThat(result.ours().median()).isEqualTo(110); // (100 + 120) / 2
    assertThat(result.ours().min()).isEqualTo(80);
    assertThat(result.ours().max()).isEqualTo(900);
    assertThat(result.rivals()).extracting(ProgramResult::name).containsExactly("A, fast", "B");
    // A's fast setting gave 20, 40, 60, 80: the median is 50.
    assertThat(result.rivals().getFirst().ratio()).isEqualTo(2.2, within(1e-12));
    assertThat(result.ratios(result.rivals().getFirst())).containsExactly(5, 22.5, 2, 1);
  }

  @Test
  void ofTimesTheShorterIsBetter() throws InterruptedException {
    Workload times =
        new Workload(
            "times",
            "times",
            Unit.SECONDS,
            List.of(says("ppo4j", "", "2"), says("A", "1", "30"), says("A", "2", "20")));

    WorkloadResult result = bench(1, times).workloads().getFirst();

    assertThat(result.rivals()).extracting(ProgramResult::name).containsExactly("A, 2");
    assertThat(result.rivals().getFirst().ratio()).isEqualTo(10);
  }

  @Test
  void aPeerThatFailsIsReportedAndTheOthersContinue() throws IOException, InterruptedException {
    Program breaks =
        program(
            "A",
            "",
            "test $SEED = 1 && echo 4 && exit; echo a while; echo 'no memory' >&2; exit 3");
    Workload workload =
        rates(says("ppo4j", "", "8"), breaks, program("C", "", "echo what"), says("B", "", "2"));

    BenchResult result = bench(3, workload);

    List<ProgramResult> programs = result.workloads().getFirst().programs();
    assertThat(programs).extracting(each -> each.samples().size()).containsExactly(3, 1, 0, 3);
    assertThat(programs.get(1).failure()).isEqualTo("it ended with exit code 3: no memory");
    assertThat(programs.get(2).failure()).isEqualTo("it did not print a number");
    assertThat(result.oursFailed()).isFalse();
    assertThat(Files.readString(parent.resolve("out/bench.md")))
        .contains("A gave 1 samples, then failed: it ended with exit code 3: no memory.")
        .contains("| B | 2.00 | 2.00 to 2.00 | 4.00x |");
    assertThat(parent.resolve("out/failures/workload__A.stdout.txt")).hasContent("a while\n");
    assertThat(told).contains("workload 2/3 A: failed, it ended with exit code 3: no memory");
  }

  @Test
  void aWorkloadEndsIfOursFailsAndTheNextRuns() throws InterruptedException {
    Program throwing =
        program(
            "ppo4j",
            "",
            "printf 'Exception in thread \"main\" X: oh\\n\\tat Y.java\\n' >&2; exit 1");

    BenchResult result =
        bench(2, rates(throwing, says("A", "", "1")), rates(says("ppo4j", "", "1")));

    assertThat(result.oursFailed()).isTrue();
    assertThat(result.workloads().getFirst().ours().failure())
        .isEqualTo("it ended with exit code 1: X: oh");
    assertThat(result.workloads().getFirst().programs().getLast().samples()).isEmpty();
    assertThat(result.workloads().getLast().ours().samples()).hasSize(2);
  }

  @Test
  void everyMeasurementIsWrittenBeforeTheNextProgramRuns() throws InterruptedException {
    String found = "grep -c '\"samples\" : \\[ 7.0 \\]' \"$PARENT/out/bench.json\"";

    BenchResult result = bench(1, rates(says("ppo4j", "", "7"), program("A", "", found)));

    assertThat(result.workloads().getFirst().programs().getLast().samples()).containsExactly(1.0);
  }

  @Test
  void whatGaveUpIsABound() throws IOException, InterruptedException {
    Program unsolved =
        new Program(
            "A",
            "",
            null,
            Map.of(),
            round -> List.of("sh", "-c", "echo SPS: 9"),
            completed -> new Measurement(90, completed.secondsUntilSolved().bound()));
    Workload workload =
        new Workload("solve", "solve", Unit.SECONDS, List.of(says("ppo4j", "", "3"), unsolved));

    bench(1, workload);

    assertThat(Files.readString(parent.resolve("out/bench.md")))
        .contains("| A | ≥ 90.0 | 90.0 to 90.0 | ≥ 30.0x |")
        .contains("A gave up in 1 of 1 rounds; its time is at least that.");
  }

  private BenchResult bench(int rounds, Workload... workloads) throws InterruptedException {
    PeerInstallations installs = new PeerInstallations(parent, told::add);
    return new Bench(rounds, "./ppo4j bench", parent.resolve("out"), installs, told::add)
        .run(List.of(workloads));
  }

  private static Workload rates(Program... programs) {
    return new Workload("workload", "a workload", Unit.STEPS_PER_SECOND, List.of(programs));
  }

  /** Makes a program that notes its round and prints {@code number}. */
  private Program says(String contender, String setting, String number) {
    return program(
        contender,
        setting,
        "cd \"$PARENT\"; echo %s-%s >> turns; echo it is %s".formatted(contender, setting, number));
  }

  private Program program(String contender, String setting, String script) {
    return new Program(
        contender,
        setting,
        null,
        Map.of("PARENT", parent.toString()),
        round -> List.of("sh", "-c", "SEED=%d; %s".formatted(round.seed(), script)),
        CompletedRun::last);
  }
}
