package org.ppo4j.lab.plot;

import java.awt.AWTError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.ppo4j.agent.files.IoFailure;

/** Something to be drawn. */
public sealed interface Plot permits CurvePlot, DotPlot {
  /** The width of every plot, in pixels. */
  double WIDTH = 760;

  /** Returns what is shown. */
  String title();

  /** Returns the height, in pixels. */
  double height();

  /** Draws onto a canvas of {@link #WIDTH} and {@link #height}. */
  void draw(Canvas canvas);

  /**
   * Returns the plot as an SVG document.
   *
   * @param id a word that no other plot of the same page has
   */
  default String svg(String id) {
    SvgCanvas canvas = new SvgCanvas(id, WIDTH, height(), title());
    draw(canvas);
    return canvas.document();
  }

  /**
   * Writes the plot as PNG.
   *
   * @throws UncheckedIOException if the file cannot be written, or if this machine has no fonts
   */
  default void writePng(Path file) {
    try {
      System.setProperty("java.awt.headless", "true");
      PngCanvas canvas = new PngCanvas(WIDTH, height());
      draw(canvas);
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(canvas.image(), "png", file.toFile());
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot write " + file, e);
    } catch (AWTError | LinkageError | InternalError e) {
      throw new UncheckedIOException(
          "cannot draw %s, since Java finds no fonts on this machine; the SVG files need none"
              .formatted(file),
          new IOException(e));
    }
  }

  /** Returns the text with what HTML and XML take for markup replaced. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
