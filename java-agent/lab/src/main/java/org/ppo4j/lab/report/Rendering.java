package org.ppo4j.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ppo4j.lab.plot.Plot;

/** Renders reports as text for a terminal, as Markdown and as one page of HTML. */
public final class Rendering {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #d8dde3; --muted: #59636e; --soft: #f3f5f7; }
      @media (prefers-color-scheme: dark) { :root { --line: #363c44; --muted: #9ba4ae; --soft: #20252b; } }
      body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
      .wide { overflow-x: auto; }
      th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      th { color: var(--muted); font-weight: 600; }
      pre { background: var(--soft); padding: .7rem 1rem; overflow-x: auto; }
      svg { max-width: 100%; height: auto; margin: .8rem 0; }
      """;

  private static final int COLUMNS = 78;

  private Rendering() {}

  /** Returns a phrase with its first letter in upper case, as a heading or sentence starts. */
  public static String capitalized(String phrase) {
    return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
  }

  /**
   * Returns text for a terminal, without plots and without headings of sections that have only
   * plots.
   */
  public static String text(String title, List<Block> blocks) {
    StringBuilder out = new StringBuilder(title).append("\n");
    String heading = "";
    for (Block block : blocks) {
      String text =
          switch (block) {
            case Block.Heading each -> "";
            case Block.Paragraph paragraph -> wrapped(paragraph.text(), "");
            case Block.Bullets bullets ->
                bullets.items().stream()
                    .map(item -> wrapped("- " + item, "  "))
                    .collect(Collectors.joining());
            case Block.Table table -> textTable(table);
            case Block.Figure figure -> "";
            case Block.Code code -> "  %s\n".formatted(code.text());
          };
      if (block instanceof Block.Heading each) {
        heading = "\n%s\n".formatted(each.text());
      } else if (!text.isEmpty()) {
        out.append(heading).append(text);
        heading = "";
      }
    }
    return out.toString();
  }

  /** Returns lines of at most {@value #COLUMNS} characters, where words are not longer. */
  private static String wrapped(String text, String indent) {
    StringBuilder out = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split(" +", -1)) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > COLUMNS) {
        out.append(line).append("\n");
        line.setLength(0);
        line.append(indent).append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    return out.append(line).append("\n").toString();
  }

  /** Returns each row as a paragraph, for a table that is wider than a terminal. */
  private static String rowByRow(Block.Table table) {
    StringBuilder out = new StringBuilder();
    for (List<String> row : table.rows()) {
      List<String> cells = new ArrayList<>();
      for (int column = 1; column < row.size(); column++) {
        cells.add("%s %s".formatted(table.header().get(column), row.get(column)));
      }
      out.append(wrapped(row.getFirst(), "  "));
      out.append("  ").append(wrapped(String.join(", ", cells), "  "));
    }
    return out.toString();
  }

  private static String bulletLines(Block.Bullets bullets) {
    return bullets.items().stream().map("- %s\n"::formatted).collect(Collectors.joining());
  }

  private static String textTable(Block.Table table) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(table.header());
    lines.addAll(table.rows());
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(each -> each.get(at).length()).max().orElse(1);
        row.append(column == 0 ? "" : "  ");
        row.append(
            ("%" + (column == 0 ? "-" : "") + Math.max(1, width) + "s")
                .formatted(line.get(column)));
      }
      out.append(row.toString().stripTrailing()).append("\n");
    }
    boolean fits = out.toString().lines().allMatch(each -> each.length() <= COLUMNS);
    return fits ? out.toString() : rowByRow(table);
  }

  /**
   * Returns Markdown.
   *
   * @param plots the folder of the plots, relative to the Markdown file
   */
  public static String markdown(String title, List<Block> blocks, String plots) {
    StringBuilder out = new StringBuilder("# ").append(inMarkdown(title)).append("\n");
    for (Block block : blocks) {
      out.append("\n");
      switch (block) {
        case Block.Heading heading ->
            out.append("## ").append(inMarkdown(heading.text())).append("\n");
        case Block.Paragraph paragraph -> out.append(inMarkdown(paragraph.text())).append("\n");
        case Block.Bullets bullets -> out.append(inMarkdown(bulletLines(bullets)));
        case Block.Table table -> out.append(markdownTable(table));
        case Block.Figure figure ->
            out.append(
                "![%s](%s/%s.svg)\n"
                    .formatted(
                        inMarkdown(figure.plot().title()).replace("]", "\\]"),
                        plots,
                        figure.name()));
        case Block.Code code ->
            out.append("    ").append(code.text().replace("\n", "\n    ")).append("\n");
      }
    }
    return out.toString();
  }

  /** Escapes what a name may hold, and Markdown would take for HTML. */
  private static String inMarkdown(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static String markdownTable(Block.Table table) {
    StringBuilder out = new StringBuilder(markdownRow(table.header()));
    out.append("| --- |").append(" ---: |".repeat(table.header().size() - 1)).append("\n");
    table.rows().forEach(row -> out.append(markdownRow(row)));
    return out.toString();
  }

  private static String markdownRow(List<String> cells) {
    return cells.stream()
        .map(cell -> inMarkdown(cell).replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** Returns one page of HTML that contains the plots. */
  public static String html(String title, List<Block> blocks) {
    StringBuilder out =
        new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.append(element("title", title)).append("<style>\n").append(STYLE).append("</style>\n");
    out.append(element("h1", title));
    for (Block block : blocks) {
      out.append(
          switch (block) {
            case Block.Heading heading -> element("h2", heading.text());
            case Block.Paragraph paragraph -> element("p", paragraph.text());
            case Block.Bullets bullets ->
                bullets.items().stream()
                    .map(item -> element("li", item))
                    .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
            case Block.Table table -> htmlTable(table);
            case Block.Figure figure -> figure.plot().svg("plot-" + figure.name());
            case Block.Code code -> element("pre", code.text());
          });
    }
    return out.append("</html>\n").toString();
  }

  private static String htmlTable(Block.Table table) {
    StringBuilder out = new StringBuilder("<div class=\"wide\"><table>\n");
    out.append(htmlRow("th", table.header()));
    table.rows().forEach(row -> out.append(htmlRow("td", row)));
    return out.append("</table></div>\n").toString();
  }

  private static String htmlRow(String cell, List<String> cells) {
    return cells.stream()
        .map(text -> "<%1$s>%2$s</%1$s>".formatted(cell, Plot.escaped(text)))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  private static String element(String name, String text) {
    return "<%1$s>%2$s</%1$s>\n".formatted(name, Plot.escaped(text));
  }
}
