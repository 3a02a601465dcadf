package org.ppo4j.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.lab.bench.Regression.Verdict;
import org.ppo4j.lab.bench.Workload.Unit;

/** The peer measures 10 in every round, so that a round's ratio is a tenth of our value. */
class RegressionTest {

  @Test
  void slowerIsATenthLessAndNoRoundThatReachesTheEarlierMinimum() {
    assertThat(verdict(rates(100, 110, 120), rates(97, 98, 99))).isEqualTo(Verdict.SLOWER);
    // A tenth less by the medians, but one round is as fast as before.
    assertThat(verdict(rates(100, 110, 120), rates(90, 95, 100))).isEqualTo(Verdict.SAME);
    // Every round is slower, but by 9% only.
    assertThat(verdict(rates(100, 100, 100), rates(91, 91, 91))).isEqualTo(Verdict.SAME);
    assertThat(verdict(rates(97, 98, 99), rates(100, 110, 120))).isEqualTo(Verdict.FASTER);
  }

  @Test
  void ofTimesTheLongerIsSlower() {
    assertThat(verdict(result(Unit.SECONDS, 1, 1, 1), result(Unit.SECONDS, 2, 2, 2)))
        .isEqualTo(Verdict.SLOWER);
  }

  @Test
  void aFasterMachineIsNoGain() {
    BenchResult then = rates(100);
    ProgramResult ours = program("ppo4j", 200);
    BenchResult now =
        result(
            WorkloadResult.of(
                new Workload("workload", "a workload", Unit.STEPS_PER_SECOND, List.of()),
                List.of(ours, program("A", 20))));

    Regression regression = Regression.of(then, now).getFirst();

    assertThat(regression.then()).isEqualTo(10);
    assertThat(regression.now()).isEqualTo(10);
    assertThat(regression.verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void onlyWhatBothHaveIsCompared() {
    WorkloadResult other =
        WorkloadResult.of(
            new Workload("other", "another workload", Unit.SECONDS, List.of()),
            List.of(program("ppo4j", 1), program("A", 2)));

    assertThat(Regression.of(result(other), rates(1))).isEmpty();
  }

  @Test
  void theReportNamesWhatGotSlower() {
    BenchReport slower = BenchReport.against(rates(100, 110, 120), rates(50, 55, 60));

    assertThat(slower.isWorseOrUnknown()).isTrue();
    assertThat(slower.text())
        .contains("by 10% or more")
        .containsPattern("workload +A +11.0x +10.0 to 12.0 +5.50x +5.00 to 6.00 +slower");
    assertThat(BenchReport.against(rates(100), rates(100)).isWorseOrUnknown()).isFalse();
  }

  @Test
  void aResultReadsBackAsItWas(@TempDir Path folder) throws IOException {
    ProgramResult failed = ProgramResult.of("B", "1 thread", List.of(), "no wheel");
    BenchResult result =
        result(
            WorkloadResult.of(
                new Workload("workload", "a workload", Unit.MILLISECONDS, List.of()),
                List.of(program("ppo4j", 1, 2), program("A", 3, 5), failed)));

    new BenchReport(result).write(folder);

    assertThat(BenchResult.read(folder.resolve("bench.json"))).isEqualTo(result);
    assertThat(folder.resolve("bench.json")).content().contains("\"unit\" : \"milliseconds\"");
  }

  @Test
  void aFileThatIsNotAResultIsRefusedInASentence(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("file");
    for (String content : List.of("", "<xml>", "[]", "{\"workloads\": []}")) {
      Files.writeString(file, content);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> BenchResult.read(file))
          .withMessage(file + " is not a bench.json; give one that ./ppo4j bench has written");
    }
    Path nowhere = folder.resolve("nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchResult.read(nowhere))
        .withMessage(
            "there is no file " + nowhere + "; give the bench.json of an earlier ./ppo4j bench");
  }

  private static Verdict verdict(BenchResult then, BenchResult now) {
    return Regression.of(then, now).getFirst().verdict();
  }

  private static BenchResult rates(double... ours) {
    return result(Unit.STEPS_PER_SECOND, ours);
  }

  private static BenchResult result(Unit unit, double... ours) {
    double[] theirs = DoubleStream.of(ours).map(each -> 10).toArray();
    Workload workload = new Workload("workload", "a workload", unit, List.of());
    return result(
        WorkloadResult.of(workload, List.of(program("ppo4j", ours), program("A", theirs))));
  }

  private static BenchResult result(WorkloadResult workload) {
    Provenance provenance = new Provenance("1", "abc", "JDK", "OS", "arch", "2026-01-01T00:00:00Z");
    return new BenchResult(
        provenance, "CPU", 2, "./ppo4j bench", 3, Map.of("a", Map.of("x", "1")), List.of(workload));
  }

  private static ProgramResult program(String contender, double... samples) {
    return ProgramResult.of(
        contender, "", DoubleStream.of(samples).mapToObj(Measurement::of).toList(), null);
  }
}
