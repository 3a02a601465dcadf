package org.ppo4j.lab.curves;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ppo4j.lab.compare.LearningCurves;
import org.ppo4j.lab.compare.LearningCurves.Points;
import org.ppo4j.lab.plot.CurvePlot;
import org.ppo4j.lab.plot.CurvePlot.Scales;
import org.ppo4j.lab.plot.CurvePlot.Series;
import org.ppo4j.lab.plot.Plot;
import org.ppo4j.lab.plot.PlotGrid;
import org.ppo4j.lab.report.Block;
import org.ppo4j.lab.report.Rendering;

/**
 * Plots of runs: return, length, losses, KL divergence, clip fraction, entropy, explained variance
 * and the shares of the six cases; of language models loss, evaluations, rewards, divergence from
 * the reference, entropy, length and diversity. Runs that differ in their seeds only are one curve,
 * with the 95% interval of the mean from three seeds on.
 */
public final class RunPlots {
  private static final int COLUMNS = 2;

  private final Map<String, List<RunCurves>> groups = new LinkedHashMap<>();
  private final boolean byTime;

  private RunPlots(boolean byTime) {
    this.byTime = byTime;
  }

  /**
   * Reads runs.
   *
   * @param folders folders of runs, or of event files of TensorBoard as CleanRL and
   *     Stable-Baselines3 write them, or folders that contain such folders
   * @param byTime whether curves are over the minutes since the run began, and not over steps; the
   *     minutes of a run that was stopped include the pause
   * @throws IllegalArgumentException if a folder has no run, or there is no curve
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  public static RunPlots read(List<Path> folders, boolean byTime) {
    Map<RunCurves.Group, List<RunCurves>> groups = new LinkedHashMap<>();
    for (Path folder : folders) {
      for (RunCurves run : RunCurves.in(folder)) {
        groups.computeIfAbsent(run.group(), _ -> new ArrayList<>()).add(run);
      }
    }
    RunPlots plots = new RunPlots(byTime);
    groups.forEach((group, runs) -> plots.groups.put(name(group, runs, groups), runs));
    if (plots.plots().isEmpty()) {
      throw new IllegalArgumentException(
          "the event files of %s have no number from after the first step, so there is no curve"
                  .formatted(folders.size() == 1 ? folders.getFirst() : "these runs")
              + (plots.damaged().isEmpty()
                  ? ""
                  : "; %s is damaged".formatted(plots.damaged().getFirst())));
    }
    return plots;
  }

  /** Returns the event files that are damaged, or still written to: their curves end early. */
  public List<Path> damaged() {
    return groups.values().stream()
        .flatMap(List::stream)
        .flatMap(run -> run.damaged().stream())
        .toList();
  }

  /** Returns the group's name, with that of a folder if other groups have the same. */
  private static String name(
      RunCurves.Group group, List<RunCurves> runs, Map<RunCurves.Group, List<RunCurves>> groups) {
    long same = groups.keySet().stream().filter(each -> each.name().equals(group.name())).count();
    return same == 1 ? group.name() : group.name() + ", " + runs.getFirst().folder();
  }

  /** Returns all plots as one SVG document. */
  public String svg() {
    return new PlotGrid(title(), plots(), COLUMNS).svg();
  }

  /** Returns a page of HTML with all plots and a table. */
  public String html() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(table());
    blocks.add(new Block.Paragraph(legend()));
    List<Plot> plots = plots();
    for (int i = 0; i < plots.size(); i++) {
      blocks.add(new Block.Figure(i + "", plots.get(i)));
    }
    return Rendering.html(title(), blocks);
  }

  /**
   * Returns the points of the curves as CSV. The interval of a curve with fewer than three runs is
   * empty.
   */
  public String csv() {
    StringBuilder csv = new StringBuilder("quantity,runs,x,mean,low,high\n");
    for (Quantity quantity : Quantity.values()) {
      for (String name : groups.keySet()) {
        curve(quantity, name, 0)
            .ifPresent(
                curve -> {
                  for (int i = 0; i < curve.x().length; i++) {
                    csv.append(
                        "%s,\"%s\",%s,%s,%s,%s\n"
                            .formatted(
                                quantity.name().toLowerCase(Locale.ROOT),
                                name.replace("\"", "\"\""),
                                number(curve.x()[i]),
                                number(curve.mean()[i]),
                                number(curve.low()[i]),
                                number(curve.high()[i])));
                  }
                });
      }
    }
    return csv.toString();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
  }

  private String title() {
    return "Curves of " + String.join("; ", groups.keySet());
  }

  private String legend() {
    return "A curve has 100 points, each the mean over an equal share of the "
        + (byTime ? "time" : "steps")
        + ". Runs that differ in their seeds only are one curve, up to the end of the shortest one;"
        + " from three runs on, the band is the 95% interval of their mean.";
  }

  private Block.Table table() {
    List<List<String>> rows = new ArrayList<>();
    groups.forEach(
        (name, runs) ->
            rows.add(
                List.of(
                    name,
                    runs.size() + "",
                    String.format(
                        Locale.ROOT,
                        "%,d",
                        runs.stream().mapToLong(RunCurves::lastStep).min().orElse(0)),
                    last(Quantity.RETURN, name, "%.1f")
                        .or(() -> last(Quantity.HELD_OUT_REWARD, name, "%.3f"))
                        .or(() -> last(Quantity.COMPLETION_REWARD, name, "%.3f"))
                        .orElse("unknown"))));
    return new Block.Table(List.of("runs", "seeds", "steps", "return at the end"), rows);
  }

  private Optional<String> last(Quantity quantity, String group, String format) {
    return curve(quantity, group, 0)
        .map(curve -> String.format(Locale.ROOT, format, curve.mean()[curve.mean().length - 1]));
  }

  private List<Plot> plots() {
    List<Plot> plots = new ArrayList<>();
    for (Quantity quantity : Quantity.values()) {
      if (!Quantity.CASES.contains(quantity)) {
        List<Series> series = new ArrayList<>();
        int colour = 0;
        for (String name : groups.keySet()) {
          curve(quantity, name, colour++).ifPresent(series::add);
        }
        String x = quantity.isOfTokens() ? "steps" : "environment steps";
        add(plots, quantity.title(), quantity.explanation(), x, series);
      }
    }
    for (String name : groups.keySet()) {
      List<Series> series = new ArrayList<>();
      for (Quantity quantity : Quantity.CASES) {
        curve(quantity, name, series.size())
            .map(each -> named(quantity.title(), each))
            .ifPresent(series::add);
      }
      add(
          plots,
          "Six cases of the clipped objective",
          "shares of the samples, " + name,
          "environment steps",
          series);
    }
    return plots;
  }

  private void add(
      List<Plot> plots, String title, String explanation, String steps, List<Series> series) {
    if (!series.isEmpty()) {
      String x = byTime ? "minutes" : steps;
      plots.add(new CurvePlot(title, explanation, x, Scales.LINEAR, series));
    }
  }

  private static Series named(String name, Series series) {
    return new Series(
        name, series.colour(), series.x(), series.mean(), series.low(), series.high(), Double.NaN);
  }

  private Optional<Series> curve(Quantity quantity, String group, int colour) {
    List<RunCurves> runs = groups.getOrDefault(group, List.of());
    List<Points> seeds =
        runs.stream()
            .filter(run -> run.has(quantity))
            .map(run -> run.points(quantity, byTime))
            .toList();
    String name = seeds.size() == 1 ? group : "%s (%d seeds)".formatted(group, seeds.size());
    return seeds.isEmpty() ? Optional.empty() : LearningCurves.over(name, colour, seeds);
  }
}
