package org.ppo4j.lab.plot;

import java.util.List;
import org.ppo4j.lab.plot.CurvePlot.Series;
import org.ppo4j.lab.plot.SvgCanvas.Anchor;

/** The parts that all plots share: title, grid, axis labels, legend. */
final class Frame {
  static final double LEFT = 64;
  static final double RIGHT = 24;
  static final double TOP = 52;
  static final double AXIS = 44; // below the data: ticks and the label
  static final double LEGEND_ROW = 20;
  private static final double TICK = 16;

  private Frame() {}

  static void title(SvgCanvas canvas, String title, String below) {
    canvas.text(LEFT, 20, title, Ink.TEXT, Anchor.START, true);
    canvas.text(LEFT, 39, below, Ink.MUTED, Anchor.START, false);
  }

  /** Draws ticks, vertical grid lines and the label of the horizontal axis. */
  static void horizontal(SvgCanvas canvas, Axis axis, double top, double bottom, String label) {
    for (double tick : axis.ticks()) {
      double x = axis.pixel(tick);
      vertical(canvas, x, top, bottom);
      canvas.text(x, bottom + TICK, Axis.label(tick), Ink.MUTED, Anchor.MIDDLE, false);
    }
    double middle = (axis.start() + axis.end()) / 2;
    canvas.text(middle, bottom + 2 * TICK + 3, label, Ink.TEXT, Anchor.MIDDLE, false);
  }

  /** Draws ticks and horizontal grid lines. */
  static void vertical(SvgCanvas canvas, Axis axis) {
    for (double tick : axis.ticks()) {
      double y = axis.pixel(tick);
      canvas.line(new double[] {LEFT, Plot.WIDTH - RIGHT}, new double[] {y, y}, Ink.GRID, 1, false);
      canvas.text(LEFT - 8, y + 4, Axis.label(tick), Ink.MUTED, Anchor.END, false);
    }
  }

  private static void vertical(SvgCanvas canvas, double x, double top, double bottom) {
    canvas.line(new double[] {x, x}, new double[] {top, bottom}, Ink.GRID, 1, false);
  }

  /** Draws the legend, one series a row. */
  static void legend(SvgCanvas canvas, double top, List<Series> series) {
    double y = top;
    for (Series each : series) {
      Ink ink = Ink.series(each.colour());
      canvas.line(
          new double[] {LEFT, LEFT + 26}, new double[] {y - 4, y - 4}, ink, 2.5, each.isLevel());
      canvas.text(LEFT + 34, y, each.name(), Ink.TEXT, Anchor.START, false);
      y += LEGEND_ROW;
    }
  }
}
