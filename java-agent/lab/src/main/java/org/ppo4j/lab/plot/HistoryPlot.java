package org.ppo4j.lab.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.ppo4j.lab.plot.SvgCanvas.Anchor;

/**
 * The figures of a sequence of trials, and the best so far.
 *
 * @param title the title
 * @param label the label of the vertical axis
 * @param trials the trials in their order, at least one
 */
public record HistoryPlot(String title, String label, List<Trial> trials) implements Plot {
  private static final double DATA_HEIGHT = 290;
  private static final double DOT = 4;

  /**
   * A trial.
   *
   * @param number its number
   * @param figure its figure
   * @param counts whether it is complete, so that it can be the best
   */
  public record Trial(int number, double figure, boolean counts) {}

  @Override
  public double height() {
    return Frame.TOP + DATA_HEIGHT + Frame.AXIS + 12 + 3 * Frame.LEGEND_ROW;
  }

  @Override
  public String svg(String id) {
    return SvgCanvas.document(id, WIDTH, height(), title, this::draw);
  }

  private void draw(SvgCanvas canvas) {
    double bottom = Frame.TOP + DATA_HEIGHT;
    double[] figures = trials.stream().mapToDouble(Trial::figure).toArray();
    double low = Arrays.stream(figures).min().orElse(0);
    double high = Arrays.stream(figures).max().orElse(1);
    double margin = Math.max(0.05 * (high - low), 1e-6 * Math.max(1, Math.abs(high)));
    int last = trials.stream().mapToInt(Trial::number).max().orElse(1);
    Axis x = new Axis(0, Math.max(1, last), Frame.LEFT + 8, WIDTH - Frame.RIGHT, false);
    Axis y = new Axis(low - margin, high + margin, bottom, Frame.TOP, false);
    Frame.title(canvas, title, label);
    Frame.vertical(canvas, y);
    Frame.horizontal(canvas, x, Frame.TOP, bottom, "trial");
    best(canvas, x, y);
    for (Trial each : trials) {
      canvas.circle(x.pixel(each.number), y.pixel(each.figure), DOT, ink(each.counts), each.counts);
    }
    double row = bottom + Frame.AXIS + 16;
    key(canvas, row, true, "complete");
    key(canvas, row + Frame.LEGEND_ROW, false, "pruned: the figure at its last comparison");
    canvas.line(
        new double[] {Frame.LEFT, Frame.LEFT + 26},
        new double[] {row + 2 * Frame.LEGEND_ROW - 4, row + 2 * Frame.LEGEND_ROW - 4},
        ink(true),
        2.25,
        false);
    canvas.text(
        Frame.LEFT + 34, row + 2 * Frame.LEGEND_ROW, "best so far", Ink.TEXT, Anchor.START, false);
  }

  private static void key(SvgCanvas canvas, double y, boolean counts, String text) {
    canvas.circle(Frame.LEFT + 13, y - 4, DOT, ink(counts), counts);
    canvas.text(Frame.LEFT + 34, y, text, Ink.TEXT, Anchor.START, false);
  }

  private static Ink ink(boolean counts) {
    return counts ? Ink.series(0) : Ink.series(5);
  }

  /** Draws the steps of the best figure so far. */
  private void best(SvgCanvas canvas, Axis x, Axis y) {
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (Trial each : trials) {
      if (each.counts && each.figure > best) {
        if (!ys.isEmpty()) {
          xs.add(x.pixel(each.number));
          ys.add(y.pixel(best));
        }
        best = each.figure;
        xs.add(x.pixel(each.number));
        ys.add(y.pixel(best));
      }
    }
    if (!ys.isEmpty()) {
      xs.add(x.end());
      ys.add(y.pixel(best));
      canvas.line(array(xs), array(ys), ink(true), 2.25, false);
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().flatMapToDouble(DoubleStream::of).toArray();
  }
}
