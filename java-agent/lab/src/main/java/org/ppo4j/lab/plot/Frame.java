package org.ppo4j.lab.plot;

import java.util.List;
import org.ppo4j.lab.plot.Canvas.Anchor;
import org.ppo4j.lab.plot.Canvas.Ink;
import org.ppo4j.lab.plot.CurvePlot.Series;

/** What all plots have around their data: title, grid, axis labels, legend. */
final class Frame {
  static final double LEFT = 64;
  static final double RIGHT = 24;
  static final double TOP = 52;
  static final double AXIS = 44; // below the data: ticks and the label
  static final double LEGEND_ROW = 20;
  private static final double TICK = 16;

  private Frame() {}

  static void title(Canvas canvas, String title, String below) {
    canvas.text(LEFT, 20, title, Canvas.TEXT, Anchor.START, true);
    canvas.text(LEFT, 39, below, Canvas.MUTED, Anchor.START, false);
  }

  /** Draws ticks, vertical grid lines and the label of the horizontal axis. */
  static void horizontal(Canvas canvas, Axis axis, double top, double bottom, String label) {
    for (double tick : axis.ticks()) {
      double x = axis.pixel(tick);
      vertical(canvas, x, top, bottom);
      canvas.text(x, bottom + TICK, Axis.label(tick), Canvas.MUTED, Anchor.MIDDLE, false);
    }
    double middle = (axis.start() + axis.end()) / 2;
    canvas.text(middle, bottom + 2 * TICK + 3, label, Canvas.TEXT, Anchor.MIDDLE, false);
  }

  /** Draws ticks and horizontal grid lines. */
  static void vertical(Canvas canvas, Axis axis) {
    for (double tick : axis.ticks()) {
      double y = axis.pixel(tick);
      canvas.line(
          new double[] {LEFT, Plot.WIDTH - RIGHT}, new double[] {y, y}, Canvas.GRID, 1, false);
      canvas.text(LEFT - 8, y + 4, Axis.label(tick), Canvas.MUTED, Anchor.END, false);
    }
  }

  private static void vertical(Canvas canvas, double x, double top, double bottom) {
    canvas.line(new double[] {x, x}, new double[] {top, bottom}, Canvas.GRID, 1, false);
  }

  /** Names the series, one a row, as they are drawn. */
  static void legend(Canvas canvas, double top, List<Series> series) {
    double y = top;
    for (Series each : series) {
      Ink ink = new Ink.Data(each.colour());
      canvas.line(
          new double[] {LEFT, LEFT + 26}, new double[] {y - 4, y - 4}, ink, 2.5, each.isLevel());
      canvas.text(LEFT + 34, y, each.name(), Canvas.TEXT, Anchor.START, false);
      y += LEGEND_ROW;
    }
  }
}
