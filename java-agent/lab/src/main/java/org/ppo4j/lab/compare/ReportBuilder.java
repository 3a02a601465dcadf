package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.ppo4j.lab.plot.CurvePlot;
import org.ppo4j.lab.plot.CurvePlot.Scales;
import org.ppo4j.lab.plot.CurvePlot.Series;
import org.ppo4j.lab.plot.DotPlot;
import org.ppo4j.lab.report.Block;
import org.ppo4j.lab.report.Rendering;

/** Builds a report from its contenders. */
public final class ReportBuilder {
  private static final double LOGARITHMIC_FROM = 5; // ratio of durations

  /** The software that affects a policy's returns most; listed first. */
  private static final List<String> DECISIVE = List.of("gymnasium", "mujoco");

  private final ComparisonInput input;
  private final Contender.Trained ours;
  private final List<Block> blocks = new ArrayList<>();

  /** The number of comparisons, by all protocols. */
  private int comparisons;

  public ReportBuilder(ComparisonInput input) {
    this.input = input;
    ours = input.ours();
  }

  public Report build() {
    for (Protocol protocol : Protocol.values()) {
      protocol(protocol);
    }
    remarks();
    curves();
    seeds();
    versions();
    blocks.add(new Block.Heading("How to repeat it"));
    blocks.add(new Block.Code(input.command()));
    return new Report("Comparison on " + input.env(), blocks, ComparisonJson.of(input));
  }

  /** Returns the index of a contender's colour, the same in every plot. */
  private int colour(Contender contender) {
    return input.all().indexOf(contender);
  }

  private void protocol(Protocol protocol) {
    blocks.add(new Block.Heading(Rendering.capitalized(protocol.title())));
    List<Contender> known =
        input.all().stream().filter(each -> each.summary(protocol).getN() > 0).toList();
    List<Contender> unknown =
        input.all().stream().filter(each -> each.summary(protocol).getN() == 0).toList();
    List<Comparison> comparisons =
        known.stream()
            .filter(each -> !each.equals(ours) && known.contains(ours))
            .map(each -> Comparison.of(ours, each, protocol))
            .toList();
    this.comparisons += comparisons.size();
    if (!comparisons.isEmpty()) {
      blocks.add(
          new Block.Bullets(
              comparisons.stream()
                  .map(
                      each ->
                          "Compared with %s: %s".formatted(each.theirs().name(), each.verdict()))
                  .toList()));
    }
    blocks.add(new Block.Paragraph(protocol.explanation()));
    if (!known.isEmpty()) {
      blocks.add(
          new Block.Table(
              List.of("contender", "seeds", "mean", "std", "median", "IQM [95%]", "min", "max"),
              known.stream().map(each -> row(each, protocol)).toList()));
    }
    if (!comparisons.isEmpty()) {
      blocks.add(
          new Block.Table(
              List.of(
                  input.ours().name() + " minus",
                  "difference [95%]",
                  "Welch",
                  "Mann-Whitney",
                  "P(better) [95%]"),
              comparisons.stream().map(ReportBuilder::row).toList()));
    }
    for (Contender each : unknown) {
      boolean none = each instanceof Contender.Trained trained && trained.counted().isEmpty();
      blocks.add(
          new Block.Paragraph(
              none
                  ? "%s has no seed that counts (0 of %d)."
                      .formatted(each.name(), each.expectedSeeds())
                  : "%s has no returns by this protocol.".formatted(each.name())));
    }
    if (!known.isEmpty()) {
      dots(protocol, known);
    }
  }

  private static List<String> row(Contender contender, Protocol protocol) {
    StatisticalSummary summary = contender.summary(protocol);
    List<String> row = new ArrayList<>();
    row.add(contender.name());
    row.add(
        summary.getN() == contender.expectedSeeds()
            ? Long.toString(summary.getN())
            : "%d of %d".formatted(summary.getN(), contender.expectedSeeds()));
    row.add(Formats.text(summary.getMean()));
    row.add(summary.getN() < 2 ? "-" : Formats.text(summary.getStandardDeviation()));
    if (contender instanceof Contender.Trained trained) {
      double[] values = trained.values(protocol);
      row.add(Formats.text(SampleStatistics.median(values)));
      row.add(Formats.text(Bootstrap.of(values, SampleStatistics::interquartileMean)));
    } else {
      row.add("-");
      row.add("-");
    }
    row.add(Formats.text(summary.getMin()));
    row.add(Formats.text(summary.getMax()));
    return row;
  }

  private static List<String> row(Comparison comparison) {
    return List.of(
        comparison.theirs().name(),
        Formats.text(comparison.difference()),
        p(comparison.welch()),
        p(comparison.mannWhitney()),
        Formats.text(comparison.improvement()));
  }

  private static String p(double value) {
    return Double.isNaN(value) ? "-" : Formats.p(value);
  }

  private void dots(Protocol protocol, List<Contender> known) {
    List<DotPlot.Row> rows = new ArrayList<>();
    for (Contender each : known) {
      double[] values =
          each instanceof Contender.Trained trained ? trained.values(protocol) : new double[0];
      Estimate mean = Welch.mean(each.summary(protocol));
      rows.add(
          new DotPlot.Row(
              each.name(), colour(each), values, mean.value(), mean.low(), mean.high()));
    }
    blocks.add(
        new Block.Figure(
            protocol == Protocol.LAST_EPISODES ? "returns-training" : "returns-evaluation",
            new DotPlot(
                "%s: %s".formatted(input.env(), protocol.title()), "mean return of a seed", rows)));
  }

  private void remarks() {
    List<String> remarks = new ArrayList<>(input.remarks());
    if (comparisons > 1) {
      remarks.add("p-values are not corrected for making %d comparisons.".formatted(comparisons));
    }
    remarks.add(
        "std has n - 1 in the denominator; published values, which have n, were converted."
            + " Intervals of the IQM and of P(better) are stratified bootstraps of 10,000 draws of"
            + " seeds. They are omitted for fewer than 5 seeds, and for P(better) if the sides do"
            + " not overlap. Intervals of means and differences are Student's t.");
    blocks.add(new Block.Heading("Remarks"));
    blocks.add(new Block.Bullets(remarks));
  }

  private void curves() {
    List<Series> overSteps = new ArrayList<>();
    List<Series> overMinutes = new ArrayList<>();
    List<Block> timeless = new ArrayList<>();
    for (Contender.Trained each : input.trained()) {
      LearningCurves.overSteps(each, colour(each)).ifPresent(overSteps::add);
      Optional<Series> timed = LearningCurves.overMinutes(each, colour(each));
      timed.ifPresent(overMinutes::add);
      if (timed.isEmpty() && !each.counted().isEmpty()) {
        timeless.add(new Block.Paragraph("%s: its files contain no times.".formatted(each.name())));
      }
    }
    if (overSteps.isEmpty()) {
      return;
    }
    for (Contender.Table each : input.tables()) {
      double mean = each.summary(Protocol.LAST_EPISODES).getMean();
      overSteps.add(Series.level(each.name() + " (mean at the end)", colour(each), mean));
    }
    blocks.add(new Block.Heading("Learning curves"));
    blocks.add(
        new Block.Figure(
            "curves-steps",
            new CurvePlot(
                input.env() + ": training returns over steps",
                "episodic return, mean of seeds and 95% interval",
                "environment steps",
                Scales.LINEAR,
                overSteps)));
    if (!overMinutes.isEmpty()) {
      blocks.add(new Block.Figure("curves-time", overMinutes(overMinutes)));
    }
    blocks.addAll(timeless);
  }

  private CurvePlot overMinutes(List<Series> series) {
    List<Double> ends =
        series.stream().map(each -> each.x()[each.x().length - 1]).sorted().toList();
    boolean logarithmic = ends.getLast() > LOGARITHMIC_FROM * ends.getFirst();
    return new CurvePlot(
        input.env() + ": training returns over time",
        "episodic return, mean of seeds and 95% interval",
        logarithmic ? "minutes, logarithmic" : "minutes",
        logarithmic ? Scales.LOGARITHMIC_X : Scales.LINEAR,
        series);
  }

  private void seeds() {
    List<List<String>> rows = new ArrayList<>();
    for (Contender.Trained each : input.trained()) {
      for (SeedRun run : each.runs()) {
        rows.add(
            List.of(
                each.name() + ", " + run.name(),
                String.format(Locale.ROOT, "%,d", run.episodes().lastStep()),
                String.format(Locale.ROOT, "%,d", run.episodes().count()),
                Formats.text(run.episodes().minutes()),
                run.counts() ? mean(Protocol.LAST_EPISODES, run) : "-",
                run.counts() ? mean(Protocol.EVALUATION, run) : "-",
                run.counts() ? "counts" : "left out"));
      }
    }
    blocks.add(new Block.Heading("Seeds"));
    blocks.add(
        new Block.Table(
            List.of(
                "training",
                "last step",
                "episodes",
                "minutes",
                "last 100, stochastic",
                "evaluation, deterministic",
                "state"),
            rows));
  }

  private static String mean(Protocol protocol, SeedRun run) {
    double[] returns = protocol.returns(run);
    return returns.length == 0 ? "-" : Formats.text(SampleStatistics.mean(returns));
  }

  private void versions() {
    List<Contender.Trained> trained = input.trained();
    Set<String> order = new LinkedHashSet<>(DECISIVE);
    trained.forEach(each -> order.addAll(each.software()));
    List<String> header = new ArrayList<>(List.of(""));
    trained.forEach(each -> header.add(each.name()));
    List<List<String>> rows = new ArrayList<>();
    for (String software : order) {
      if (trained.stream().allMatch(each -> each.version(software).isEmpty())) {
        continue;
      }
      List<String> row = new ArrayList<>(List.of(software));
      for (Contender.Trained contender : trained) {
        String version = contender.version(software);
        row.add(version.isEmpty() ? "-" : version);
      }
      rows.add(row);
    }
    if (!rows.isEmpty()) {
      blocks.add(new Block.Heading("Versions"));
      blocks.add(new Block.Table(header, rows));
    }
  }
}
