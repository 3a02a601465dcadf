package org.ppo4j.lab.plot;

import java.util.List;
import java.util.Locale;

/**
 * Plots side by side in one picture.
 *
 * @param title the title for readers who cannot see the picture
 * @param plots the plots, in the order of reading
 * @param columns how many stand in a row
 */
public record PlotGrid(String title, List<Plot> plots, int columns) {

  /** Returns the picture as an SVG document. */
  public String svg() {
    StringBuilder body = new StringBuilder();
    double top = 0;
    for (int from = 0; from < plots.size(); from += columns) {
      List<Plot> row = plots.subList(from, Math.min(from + columns, plots.size()));
      for (int i = 0; i < row.size(); i++) {
        body.append(placed(row.get(i).svg("plot" + (from + i)), i * Plot.WIDTH, top));
      }
      top += row.stream().mapToDouble(Plot::height).max().orElse(0);
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" role="img">
    <title>%3$s</title>
    <style>
    .page{fill:#ffffff}
    @media (prefers-color-scheme: dark) {
    .page{fill:#14181d}
    }
    </style>
    <rect class="page" width="100%%" height="100%%"/>
    %4$s</svg>
    """
        .formatted(
            number(Math.min(columns, plots.size()) * Plot.WIDTH),
            number(top),
            Plot.escaped(title),
            body);
  }

  /** Returns a document as a part of another one, with its upper left corner at a place. */
  private static String placed(String svg, double x, double y) {
    return svg.replaceFirst("<svg ", "<svg x=\"%s\" y=\"%s\" ".formatted(number(x), number(y)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
