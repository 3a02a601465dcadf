package org.ppo4j.lab.plot;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Curves with bands around them.
 *
 * @param title the title
 * @param yLabel the label of the vertical axis
 * @param xLabel the label of the horizontal axis
 * @param scales which axes are logarithmic; values on such an axis are positive
 * @param series the curves, at least one
 */
public record CurvePlot(
    String title, String yLabel, String xLabel, Scales scales, List<Series> series)
    implements Plot {
  private static final double DATA_HEIGHT = 290;
  private static final double LOGARITHMIC_ROOM = 1.3;

  /** Which axes are logarithmic. */
  public enum Scales {
    LINEAR,
    LOGARITHMIC_X,
    LOGARITHMIC
  }

  /**
   * A curve, or a dashed horizontal line if it has no points.
   *
   * @param name its name in the legend
   * @param colour the index of its colour
   * @param x the x of its points, ascending, {@code [P]}
   * @param mean the curve, {@code [P]}
   * @param low the band's lower edge, {@code [P]}; NaN without a band
   * @param high the band's upper edge, {@code [P]}; NaN without a band
   * @param level the value of a horizontal line; NaN for a curve
   */
  public record Series(
      String name,
      int colour,
      double[] x,
      double[] mean,
      double[] low,
      double[] high,
      double level) {

    /** Returns a dashed horizontal line across the plot. */
    public static Series level(String name, int colour, double level) {
      double[] none = {};
      return new Series(name, colour, none, none, none, none, level);
    }

    /** Returns this with other x. */
    public Series at(double[] newX) {
      return new Series(name, colour, newX, mean, low, high, level);
    }

    boolean isLevel() {
      return !Double.isNaN(level);
    }
  }

  @Override
  public double height() {
    return Frame.TOP + DATA_HEIGHT + Frame.AXIS + 12 + series.size() * Frame.LEGEND_ROW;
  }

  @Override
  public String svg(String id) {
    return SvgCanvas.document(id, WIDTH, height(), title, this::draw);
  }

  private void draw(SvgCanvas canvas) {
    double bottom = Frame.TOP + DATA_HEIGHT;
    double right = WIDTH - Frame.RIGHT;
    double low = all(each -> Arrays.stream(each.x)).min().orElse(0);
    double high = all(each -> Arrays.stream(each.x)).max().orElse(1);
    boolean logarithmicX = scales != Scales.LINEAR;
    Axis x = new Axis(logarithmicX ? low : 0, high, Frame.LEFT, right, logarithmicX);
    Axis y = vertical(bottom);
    Frame.title(canvas, title, yLabel);
    Frame.vertical(canvas, y);
    Frame.horizontal(canvas, x, Frame.TOP, bottom, xLabel);
    canvas.clip(Frame.LEFT, Frame.TOP, right - Frame.LEFT, DATA_HEIGHT);
    for (int i = series.size() - 1; i >= 0; i--) {
      Series each = series.get(i);
      Ink ink = Ink.series(each.colour);
      if (each.isLevel()) {
        double level = y.pixel(each.level);
        canvas.line(new double[] {Frame.LEFT, right}, new double[] {level, level}, ink, 1.5, true);
      } else {
        band(canvas, each, x, y, ink);
        canvas.line(x.pixels(each.x), y.pixels(each.mean), ink, 2.25, false);
      }
    }
    canvas.unclip();
    Frame.legend(canvas, bottom + Frame.AXIS + 16, series);
  }

  /** Returns the axis that spans curves and levels, and bands unless they are much wider. */
  private Axis vertical(double bottom) {
    double[] lines =
        all(each -> each.isLevel() ? DoubleStream.of(each.level) : Arrays.stream(each.mean))
            .toArray();
    double low = Arrays.stream(lines).min().orElse(0);
    double high = Arrays.stream(lines).max().orElse(1);
    if (scales == Scales.LOGARITHMIC) {
      return new Axis(low / LOGARITHMIC_ROOM, high * LOGARITHMIC_ROOM, bottom, Frame.TOP, true);
    }
    double room = Math.max(0.35 * (high - low), 1e-6 * Math.max(1, Math.abs(high)));
    double lowest = all(each -> Arrays.stream(each.low)).min().orElse(low);
    double highest = all(each -> Arrays.stream(each.high)).max().orElse(high);
    double margin = 0.04 * (high - low + room);
    return new Axis(
        Math.max(Math.min(low, lowest), low - room) - margin,
        Math.min(Math.max(high, highest), high + room) + margin,
        bottom,
        Frame.TOP,
        false);
  }

  private DoubleStream all(Function<Series, DoubleStream> part) {
    return series.stream().flatMapToDouble(part).filter(value -> !Double.isNaN(value));
  }

  private static void band(SvgCanvas canvas, Series series, Axis x, Axis y, Ink ink) {
    int n = series.x.length;
    if (n == 0 || Double.isNaN(series.low[0])) {
      return;
    }
    double[] xs = new double[2 * n];
    double[] ys = new double[2 * n];
    for (int i = 0; i < n; i++) {
      xs[i] = x.pixel(series.x[i]);
      ys[i] = y.pixel(series.high[i]);
      xs[2 * n - 1 - i] = xs[i];
      ys[2 * n - 1 - i] = y.pixel(series.low[i]);
    }
    canvas.area(xs, ys, ink);
  }
}
