package org.ppo4j.live;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page. */
final class Assets {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");

  /** The files by path, with the endings that decide their types. */
  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("/", "index.html"),
          Map.entry("/page.css", "page.css"),
          Map.entry("/icon.svg", "icon.svg"),
          Map.entry("/main.js", "main.js"),
          Map.entry("/stream.js", "stream.js"),
          Map.entry("/charts.js", "charts.js"),
          Map.entry("/drawing.js", "drawing.js"),
          Map.entry("/surrogate.js", "surrogate.js"),
          Map.entry("/objective.js", "objective.js"),
          Map.entry("/explorer.js", "explorer.js"),
          Map.entry("/stage.js", "stage.js"),
          Map.entry("/recording.json", "recording.json"),
          Map.entry("/uplot/uPlot.iife.min.js", "uplot/uPlot.iife.min.js"),
          Map.entry("/uplot/uPlot.min.css", "uplot/uPlot.min.css"));

  /**
   * A file.
   *
   * @param type its media type
   * @param bytes its content
   */
  record Asset(String type, byte[] bytes) {}

  private Assets() {}

  /** Returns the file at the path of a request; null if there is none. */
  static @Nullable Asset of(String path) {
    String name = FILES.get(path);
    if (name == null) {
      return null;
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("no media type is known of " + name);
    }
    return new Asset(type, bytes(name));
  }

  /** Returns the content of a file of the page. */
  static byte[] bytes(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's file %s is missing".formatted(name));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's file " + name, e);
    }
  }
}
