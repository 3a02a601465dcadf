package org.ppo4j.lab.tune;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.lab.plot.BarPlot;
import org.ppo4j.lab.plot.HistoryPlot;
import org.ppo4j.lab.plot.ParallelPlot;
import org.ppo4j.lab.report.Block;
import org.ppo4j.lab.report.Rendering;
import org.ppo4j.lab.tune.StudyTrial.State;

/** The report of a search: its best trials, history, importances and parallel coordinates. */
public final class TuneReport {
  private static final int SHOWN = 10;

  private final String title;
  private final List<Block> blocks = new ArrayList<>();

  /**
   * Builds the report.
   *
   * @param title the title
   * @param about sentences about the search
   * @param space what was searched
   * @param trials all trials, at least one of them complete
   * @param importance each parameter's share of the differences; may be empty
   */
  public TuneReport(
      String title,
      List<String> about,
      SearchSpace space,
      List<StudyTrial> trials,
      Map<String, Double> importance) {
    this.title = title;
    blocks.add(new Block.Bullets(about));
    List<StudyTrial> complete =
        trials.stream()
            .filter(each -> each.state() == State.COMPLETE)
            .sorted(Comparator.comparingDouble(StudyTrial::lastFigure).reversed())
            .toList();
    table(space, complete);
    history(trials);
    blocks.add(new Block.Heading("Importance"));
    if (importance.isEmpty()) {
      blocks.add(new Block.Paragraph("Importances need at least four complete trials."));
    } else {
      blocks.add(
          new Block.Figure(
              "importance",
              new BarPlot("Importance", "share of the differences, by PED-ANOVA", importance)));
    }
    if (space.dimensions().size() > 1) {
      blocks.add(new Block.Heading("Parallel coordinates"));
      blocks.add(new Block.Figure("parallel", parallel(space, complete)));
    }
    failures(trials);
  }

  private void table(SearchSpace space, List<StudyTrial> complete) {
    List<StudyTrial> best = complete.subList(0, Math.min(SHOWN, complete.size()));
    List<String> header = new ArrayList<>(List.of("trial"));
    best.forEach(each -> header.add(Integer.toString(each.number())));
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("figure", best, each -> text(each.lastFigure())));
    for (Dimension each : space.dimensions()) {
      rows.add(row(each.name(), best, trial -> text(trial, each)));
    }
    blocks.add(new Block.Heading("The best trials"));
    blocks.add(new Block.Table(header, rows));
  }

  private static List<String> row(
      String name, List<StudyTrial> trials, Function<StudyTrial, String> cell) {
    List<String> row = new ArrayList<>(List.of(name));
    trials.forEach(each -> row.add(cell.apply(each)));
    return row;
  }

  private static String text(StudyTrial trial, Dimension dimension) {
    JsonNode parameter = trial.params().get(dimension.name());
    return parameter == null ? "" : String.valueOf(Dimension.label(dimension.value(parameter)));
  }

  private static String text(double figure) {
    return String.format(Locale.ROOT, "%,.2f", figure);
  }

  private void history(List<StudyTrial> trials) {
    List<HistoryPlot.Trial> shown =
        trials.stream()
            .filter(each -> each.state() == State.COMPLETE || each.state() == State.PRUNED)
            .filter(each -> !Double.isNaN(each.lastFigure()))
            .map(
                each ->
                    new HistoryPlot.Trial(
                        each.number(), each.lastFigure(), each.state() == State.COMPLETE))
            .toList();
    blocks.add(new Block.Heading("History"));
    blocks.add(new Block.Figure("history", new HistoryPlot("History", "figure", shown)));
  }

  private static ParallelPlot parallel(SearchSpace space, List<StudyTrial> complete) {
    List<ParallelPlot.Scale> scales = new ArrayList<>();
    for (Dimension each : space.dimensions()) {
      scales.add(
          each.choices().isEmpty()
              ? new ParallelPlot.Scale(each.name(), number(each.low()), number(each.high()))
              : new ParallelPlot.Scale(
                  each.name(),
                  Dimension.label(each.choices().getFirst()).toString(),
                  Dimension.label(each.choices().getLast()).toString()));
    }
    List<ParallelPlot.Line> lines = new ArrayList<>();
    for (StudyTrial trial : complete) {
      double[] at = new double[scales.size()];
      for (int i = 0; i < at.length; i++) {
        Dimension dimension = space.dimensions().get(i);
        JsonNode parameter = trial.params().get(dimension.name());
        at[i] = parameter == null ? 0 : dimension.position(parameter);
      }
      lines.add(new ParallelPlot.Line(at, trial.lastFigure()));
    }
    return new ParallelPlot("Parallel coordinates of complete trials", scales, lines);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private void failures(List<StudyTrial> trials) {
    List<String> failed =
        trials.stream()
            .filter(each -> each.state() == State.FAIL && each.counts())
            .map(each -> "trial %d %s".formatted(each.number(), each.reason().orElse("")))
            .toList();
    if (!failed.isEmpty()) {
      blocks.add(new Block.Heading("Trials that failed"));
      blocks.add(new Block.Bullets(failed));
    }
  }

  /** Writes the report as one page of HTML. */
  public void write(Path file) {
    try {
      Files.writeString(file, Rendering.html(title, blocks));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
