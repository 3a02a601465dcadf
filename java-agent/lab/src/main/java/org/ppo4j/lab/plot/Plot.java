package org.ppo4j.lab.plot;

/** A plot that can be drawn as SVG. */
public sealed interface Plot permits BarPlot, CurvePlot, DotPlot, HistoryPlot, ParallelPlot {
  /** The width of every plot, in pixels. */
  double WIDTH = 760;

  /** Returns the title. */
  String title();

  /** Returns the height, in pixels. */
  double height();

  /**
   * Returns the plot as an SVG document.
   *
   * @param id a word that is unique among the plots of a page
   */
  String svg(String id);

  /** Escapes the characters that are markup in HTML and XML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
