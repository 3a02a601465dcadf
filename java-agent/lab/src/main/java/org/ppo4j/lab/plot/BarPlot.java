package org.ppo4j.lab.plot;

import java.util.Locale;
import java.util.Map;
import org.ppo4j.lab.plot.SvgCanvas.Anchor;

/**
 * Shares as horizontal bars.
 *
 * @param title the title
 * @param label what a share is
 * @param bars shares by name in the order of the rows, each from 0 to 1, at least one
 */
public record BarPlot(String title, String label, Map<String, Double> bars) implements Plot {
  private static final double ROW = 22;
  private static final double NAMES = 150;

  @Override
  public double height() {
    return Frame.TOP + bars.size() * ROW + 12;
  }

  @Override
  public String svg(String id) {
    return SvgCanvas.document(id, WIDTH, height(), title, this::draw);
  }

  private void draw(SvgCanvas canvas) {
    Frame.title(canvas, title, label);
    double most = bars.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    Axis x =
        new Axis(
            0, Math.max(most, 1e-9), Frame.LEFT + NAMES, WIDTH - Frame.RIGHT - Frame.LEFT, false);
    double y = Frame.TOP + 12;
    for (Map.Entry<String, Double> bar : bars.entrySet()) {
      double end = x.pixel(bar.getValue());
      canvas.text(x.start() - 8, y + 4, bar.getKey(), Ink.TEXT, Anchor.END, false);
      canvas.line(
          new double[] {x.start(), end}, new double[] {y, y}, Ink.series(0), ROW - 8, false);
      String share = String.format(Locale.ROOT, "%.1f%%", 100 * bar.getValue());
      canvas.text(end + 6, y + 4, share, Ink.MUTED, Anchor.START, false);
      y += ROW;
    }
  }
}
