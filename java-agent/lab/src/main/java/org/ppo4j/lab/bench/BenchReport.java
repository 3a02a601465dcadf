package org.ppo4j.lab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.lab.bench.Regression.Range;
import org.ppo4j.lab.bench.Regression.Verdict;
import org.ppo4j.lab.report.Block;
import org.ppo4j.lab.report.Rendering;

/** Formats a {@link BenchResult} as tables. */
public final class BenchReport {
  private static final String TITLE = "Speed of ppo4j compared with its peers";

  private final BenchResult result;
  private final @Nullable List<Regression> regressions;

  /** Creates a report without a comparison. */
  public BenchReport(BenchResult result) {
    this(result, null);
  }

  private BenchReport(BenchResult result, @Nullable List<Regression> regressions) {
    this.result = result;
    this.regressions = regressions;
  }

  /** Returns a report that compares with an earlier result. */
  public static BenchReport against(BenchResult then, BenchResult now) {
    return new BenchReport(now, Regression.of(then, now));
  }

  /**
   * Returns whether a ratio to a peer became slower, or nothing could be compared with the earlier
   * result.
   */
  public boolean isWorseOrUnknown() {
    return regressions != null
        && (regressions.isEmpty()
            || regressions.stream().anyMatch(each -> each.verdict() == Verdict.SLOWER));
  }

  /** Returns the report for a terminal. */
  public String text() {
    return Rendering.text(TITLE, blocks());
  }

  /** Writes {@code bench.json} and {@code bench.md}. */
  public void write(Path folder) {
    try {
      Files.createDirectories(folder);
      result.write(folder.resolve("bench.json"));
      byte[] markdown = Rendering.markdown(TITLE, blocks(), "").getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(folder.resolve("bench.md"), out -> out.write(markdown));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write to " + folder, e);
    }
  }

  private List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Provenance made = result.provenance();
    blocks.add(new Block.Code(result.command()));
    blocks.add(
        new Block.Paragraph(
            "Medians of %d interleaved rounds on %s, %d cores, %s, %s, commit %s, started at %s."
                .formatted(
                    result.rounds(),
                    result.processor(),
                    result.cores(),
                    made.os(),
                    made.jdk(),
                    Objects.requireNonNullElse(made.gitCommit(), "unknown"),
                    made.time())));
    if (!result.peers().isEmpty()) {
      blocks.add(
          new Block.Bullets(result.peers().entrySet().stream().map(this::versions).toList()));
    }
    blocks.add(new Block.Heading("All workloads"));
    blocks.add(summary());
    if (regressions != null) {
      addRegressions(regressions, blocks);
    }
    result.workloads().forEach(workload -> addWorkload(workload, blocks));
    return blocks;
  }

  private String versions(Map.Entry<String, Map<String, String>> peer) {
    return peer.getValue().entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .sorted()
        .collect(Collectors.joining(", ", peer.getKey() + ": ", ""));
  }

  private Block.Table summary() {
    List<List<String>> rows = new ArrayList<>();
    for (WorkloadResult workload : result.workloads()) {
      for (ProgramResult rival : workload.rivals()) {
        Range range = Range.of(workload.ratios(rival));
        rows.add(List.of(workload.name(), rival.name(), ratio(workload, rival), range(range)));
      }
    }
    return new Block.Table(
        List.of("workload", "compared with", "ppo4j is faster by", "in single rounds"), rows);
  }

  private static void addWorkload(WorkloadResult workload, List<Block> blocks) {
    blocks.add(new Block.Heading(workload.name()));
    blocks.add(new Block.Paragraph(Rendering.capitalized(workload.what()) + "."));
    List<List<String>> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (ProgramResult program : workload.programs()) {
      if (program.median() != null) {
        rows.add(
            List.of(program.name(), median(program), spread(program), ratio(workload, program)));
      }
      if (program.failure() != null) {
        failures.add(
            "%s gave %d samples, then failed: %s."
                .formatted(program.name(), program.samples().size(), program.failure()));
      }
      if (program.bounds() > 0) {
        failures.add(
            "%s gave up in %d of %d rounds; its time is at least that."
                .formatted(program.name(), program.bounds(), program.samples().size()));
      }
    }
    blocks.add(
        new Block.Table(
            List.of(
                "program",
                workload.unit().symbol() + ", median",
                "min to max",
                "ppo4j is faster by"),
            rows));
    if (!failures.isEmpty()) {
      blocks.add(new Block.Bullets(failures));
    }
  }

  private static void addRegressions(List<Regression> regressions, List<Block> blocks) {
    blocks.add(new Block.Heading("Compared with the earlier result"));
    if (regressions.isEmpty()) {
      blocks.add(
          new Block.Paragraph(
              "Nothing to compare: no workload was measured against the same peer both times."));
      return;
    }
    blocks.add(
        new Block.Paragraph(
            ("How many times faster than a peer ppo4j was and is. Slower means that the ratio fell"
                    + " by %.0f%% or more and that no single round's ratio reaches the earlier"
                    + " minimum; faster is the opposite.")
                .formatted(100 * Regression.TOLERANCE)));
    blocks.add(
        new Block.Table(
            List.of(
                "workload", "compared with", "then", "in rounds", "now", "in rounds", "verdict"),
            regressions.stream().map(BenchReport::row).toList()));
  }

  private static List<String> row(Regression each) {
    return List.of(
        each.workload(),
        each.contender(),
        Measurement.text(each.then()) + "x",
        range(each.thenRange()),
        Measurement.text(each.now()) + "x",
        range(each.nowRange()),
        switch (each.verdict()) {
          case SLOWER -> "slower";
          case SAME -> "the same";
          case FASTER -> "faster";
        });
  }

  private static String median(ProgramResult program) {
    return bound("≥ ", program) + number(program.median());
  }

  private static String spread(ProgramResult program) {
    return number(program.min()) + " to " + number(program.max());
  }

  /** Returns the ratio, with a sign that says in which direction it is a bound. */
  private static String ratio(WorkloadResult workload, ProgramResult program) {
    if (program.ratio() == null) {
      return "";
    }
    String sign = bound("≥ ", program) + bound("≤ ", workload.ours());
    return sign.length() > 2 ? "-" : sign + number(program.ratio()) + "x";
  }

  private static String bound(String sign, ProgramResult program) {
    return program.bounds() > 0 ? sign : "";
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : Measurement.text(value);
  }

  private static String range(Range range) {
    return Measurement.text(range.min()) + " to " + Measurement.text(range.max());
  }
}
