package org.ppo4j.lab.plot;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The SVG document that a plot is drawn on; x grows to the right, y downwards, in pixels. Colours
 * follow the reader's choice of a light or dark scheme. Text stays text, so that no fonts of this
 * machine are needed.
 */
final class SvgCanvas {
  /** The part of a text that is at its x. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder body = new StringBuilder();
  private final String id;
  private final double width;
  private final double height;
  private final String title;
  private int clips;

  /**
   * Returns a document with a drawing.
   *
   * @param id a word that is unique among the plots of a page
   * @param title the title for readers who cannot see the plot
   * @param drawing draws on the canvas
   */
  static String document(
      String id, double width, double height, String title, Consumer<SvgCanvas> drawing) {
    SvgCanvas canvas = new SvgCanvas(id, width, height, title);
    drawing.accept(canvas);
    return canvas.document();
  }

  private SvgCanvas(String id, double width, double height, String title) {
    this.id = id;
    this.width = width;
    this.height = height;
    this.title = title;
  }

  private String document() {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" id="%1$s" viewBox="0 0 %2$s %3$s" width="%2$s" height="%3$s" role="img" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="12">
        <title>%4$s</title>
        <style>
        %5$s@media (prefers-color-scheme: dark) {
        %6$s}
        </style>
        %7$s</svg>
        """
        .formatted(
            id,
            number(width),
            number(height),
            Plot.escaped(title),
            rules(Ink::onLight),
            rules(Ink::onDark),
            body);
  }

  /** Draws a line through points {@code [P]}. */
  void line(double[] xs, double[] ys, Ink ink, double lineWidth, boolean dashed) {
    body.append("<polyline class=\"s").append(ink.name()).append("\" stroke-width=\"");
    body.append(number(lineWidth)).append(dashed ? "\" stroke-dasharray=\"6 4" : "");
    body.append("\" points=\"").append(points(xs, ys)).append("\"/>\n");
  }

  /** Fills a polygon with corners {@code [P]}, translucent. */
  void area(double[] xs, double[] ys, Ink ink) {
    body.append("<polygon class=\"f")
        .append(ink.name())
        .append("\" fill-opacity=\"0.18\" points=\"");
    body.append(points(xs, ys)).append("\"/>\n");
  }

  /** Fills a circle, or draws its outline. */
  void circle(double x, double y, double radius, Ink ink, boolean filled) {
    body.append("<circle class=\"").append(filled ? "f" : "s").append(ink.name());
    body.append(filled ? "\" fill-opacity=\"0.75" : "\" stroke-width=\"2");
    body.append(
        "\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n".formatted(number(x), number(y), number(radius)));
  }

  /** Writes a line of text with its baseline at y. */
  void text(double x, double y, String text, Ink ink, Anchor anchor, boolean bold) {
    body.append("<text class=\"f").append(ink.name()).append('"');
    body.append(" x=\"%s\" y=\"%s\"".formatted(number(x), number(y)));
    body.append(" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT)).append('"');
    body.append(bold ? " font-weight=\"600\" font-size=\"14\">" : ">");
    body.append(Plot.escaped(text)).append("</text>\n");
  }

  /** Restricts drawing to a rectangle until {@link #unclip}. */
  void clip(double x, double y, double clipWidth, double clipHeight) {
    String clip = id + "-clip" + clips++;
    body.append("<clipPath id=\"").append(clip);
    body.append(
        "\"><rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/></clipPath>\n"
            .formatted(number(x), number(y), number(clipWidth), number(clipHeight)));
    body.append("<g clip-path=\"url(#").append(clip).append(")\">\n");
  }

  /** Ends {@link #clip}. */
  void unclip() {
    body.append("</g>\n");
  }

  private String rules(ToIntFunction<Ink> colour) {
    StringBuilder rules = new StringBuilder();
    for (Ink ink : Ink.all()) {
      rules.append(
          "#%1$s .f%2$s{fill:#%3$06x}#%1$s .s%2$s{fill:none;stroke:#%3$06x;stroke-linejoin:round}\n"
              .formatted(id, ink.name(), colour.applyAsInt(ink)));
    }
    return rules.toString();
  }

  private static String points(double[] xs, double[] ys) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      points.append(i == 0 ? "" : " ").append(number(xs[i])).append(',').append(number(ys[i]));
    }
    return points.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
