package org.ppo4j.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.lab.report.Block;
import org.ppo4j.lab.report.Rendering;

/** The report of a comparison. */
public final class Report {
  private static final String PLOTS = "plots";

  private final String title;
  private final List<Block> blocks;
  private final ComparisonJson json;

  Report(String title, List<Block> blocks, ComparisonJson json) {
    this.title = title;
    this.blocks = List.copyOf(blocks);
    this.json = json;
  }

  /** Returns the report for a terminal, without plots. */
  public String text() {
    return Rendering.text(title, blocks);
  }

  /** Returns the content of {@code comparison.json}. */
  public JsonNode json() {
    return Json.MAPPER.valueToTree(json);
  }

  /**
   * Writes {@code report.md} with its plots, {@code report.html}, a single file, and {@code
   * comparison.json} for programs.
   */
  public void write(Path folder) {
    write(folder.resolve("report.md"), Rendering.markdown(title, blocks, PLOTS));
    write(folder.resolve("report.html"), Rendering.html(title, blocks));
    write(folder.resolve("comparison.json"), json.text());
    writeSvg(folder.resolve(PLOTS));
  }

  /** Writes the plots as SVG files. */
  public void writeSvg(Path folder) {
    figures()
        .forEach(
            figure ->
                write(
                    folder.resolve(figure.name() + ".svg"),
                    figure.plot().svg("plot-" + figure.name())));
  }

  private List<Block.Figure> figures() {
    return blocks.stream()
        .filter(Block.Figure.class::isInstance)
        .map(Block.Figure.class::cast)
        .toList();
  }

  private static void write(Path file, String content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
