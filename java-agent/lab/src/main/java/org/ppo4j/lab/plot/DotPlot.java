package org.ppo4j.lab.plot;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.ppo4j.lab.plot.SvgCanvas.Anchor;

/**
 * Rows of dots on a common axis, with the mean and the interval of each row below its dots.
 *
 * @param title the title
 * @param label the label of the horizontal axis
 * @param rows the rows, at least one
 */
public record DotPlot(String title, String label, List<Row> rows) implements Plot {
  private static final double ROW = 58;
  private static final double DOT = 4.5;
  private static final double CAP = 5;

  /**
   * A row.
   *
   * @param name the text above it
   * @param colour the index of its colour
   * @param dots the values, {@code [D]}; may be empty
   * @param mean their mean
   * @param low the interval's lower end; NaN if there is none
   * @param high the interval's upper end; NaN if there is none
   */
  public record Row(String name, int colour, double[] dots, double mean, double low, double high) {
    DoubleStream all() {
      return DoubleStream.concat(Arrays.stream(dots), DoubleStream.of(mean, low, high))
          .filter(value -> !Double.isNaN(value));
    }
  }

  @Override
  public double height() {
    return Frame.TOP + rows.size() * ROW + Frame.AXIS + 8;
  }

  @Override
  public String svg(String id) {
    return SvgCanvas.document(id, WIDTH, height(), title, this::draw);
  }

  private void draw(SvgCanvas canvas) {
    double bottom = Frame.TOP + rows.size() * ROW;
    double low = rows.stream().flatMapToDouble(Row::all).min().orElse(0);
    double high = rows.stream().flatMapToDouble(Row::all).max().orElse(1);
    double margin = Math.max(0.05 * (high - low), 1e-6 * Math.max(1, Math.abs(high)));
    Axis x = new Axis(low - margin, high + margin, Frame.LEFT, WIDTH - Frame.RIGHT, false);
    Frame.title(canvas, title, "dots: seeds; ring and line: mean and 95% interval");
    Frame.horizontal(canvas, x, Frame.TOP, bottom, label);
    for (int i = 0; i < rows.size(); i++) {
      row(canvas, x, rows.get(i), Frame.TOP + i * ROW);
    }
  }

  private static void row(SvgCanvas canvas, Axis x, Row row, double top) {
    Ink ink = Ink.series(row.colour);
    canvas.text(Frame.LEFT + 4, top + 16, row.name, Ink.TEXT, Anchor.START, false);
    for (double dot : row.dots) {
      canvas.circle(x.pixel(dot), top + 29, DOT, ink, true);
    }
    double y = top + 44;
    if (!Double.isNaN(row.low)) {
      double left = x.pixel(row.low);
      double right = x.pixel(row.high);
      canvas.line(new double[] {left, right}, new double[] {y, y}, ink, 2, false);
      cap(canvas, left, y, ink);
      cap(canvas, right, y, ink);
    }
    if (!Double.isNaN(row.mean)) {
      canvas.circle(x.pixel(row.mean), y, DOT, ink, false);
    }
  }

  private static void cap(SvgCanvas canvas, double x, double y, Ink ink) {
    canvas.line(new double[] {x, x}, new double[] {y - CAP, y + CAP}, ink, 2, false);
  }
}
