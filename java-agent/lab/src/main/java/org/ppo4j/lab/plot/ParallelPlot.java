package org.ppo4j.lab.plot;

import java.util.Comparator;
import java.util.List;
import org.ppo4j.lab.plot.SvgCanvas.Anchor;

/**
 * A vertical axis for each parameter, and a line through them for each trial; the best are in
 * colour.
 *
 * @param title the title
 * @param axes the axes, at least two
 * @param lines the lines, at least one
 */
public record ParallelPlot(String title, List<Scale> axes, List<Line> lines) implements Plot {
  private static final double DATA_HEIGHT = 300;
  private static final double NAMES = 96;
  private static final double BEST = 0.1;

  /**
   * An axis.
   *
   * @param name its name
   * @param low the text at its lower end
   * @param high the text at its upper end
   */
  public record Scale(String name, String low, String high) {}

  /**
   * A trial.
   *
   * @param at where it crosses each axis, from 0 to 1, {@code [A]}
   * @param figure its figure
   */
  public record Line(double[] at, double figure) {}

  @Override
  public double height() {
    return Frame.TOP + DATA_HEIGHT + 2 * NAMES;
  }

  @Override
  public String svg(String id) {
    return SvgCanvas.document(id, WIDTH, height(), title, this::draw);
  }

  private void draw(SvgCanvas canvas) {
    int best = Math.max(1, (int) Math.round(BEST * lines.size()));
    Frame.title(canvas, title, "in colour: the best %d of %d trials".formatted(best, lines.size()));
    Axis y = new Axis(0, 1, Frame.TOP + DATA_HEIGHT + 24, Frame.TOP + 24, false);
    Axis x = new Axis(0, axes.size() - 1, Frame.LEFT, WIDTH - Frame.LEFT, false);
    double[] xs = new double[axes.size()];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = x.pixel(i);
    }
    List<Line> ascending = lines.stream().sorted(Comparator.comparingDouble(Line::figure)).toList();
    for (int i = 0; i < ascending.size(); i++) {
      boolean isBest = i >= ascending.size() - best;
      Ink ink = isBest ? Ink.series(0) : Ink.GRID;
      canvas.line(xs, y.pixels(ascending.get(i).at), ink, isBest ? 2 : 1, false);
    }
    for (int i = 0; i < xs.length; i++) {
      axis(canvas, axes.get(i), xs[i], y, i);
    }
  }

  /** Draws an axis; the names are on four lines in turn, so that they do not overlap. */
  private static void axis(SvgCanvas canvas, Scale scale, double x, Axis y, int index) {
    canvas.line(new double[] {x, x}, new double[] {y.start(), y.end()}, Ink.MUTED, 1, false);
    double line = y.start() + 16 + 34 * (index % 4);
    canvas.text(x, line, scale.name, Ink.TEXT, Anchor.MIDDLE, false);
    canvas.text(
        x, line + 15, "%s to %s".formatted(scale.low, scale.high), Ink.MUTED, Anchor.MIDDLE, false);
  }
}
