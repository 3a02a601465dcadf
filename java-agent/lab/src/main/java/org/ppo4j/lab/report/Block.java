package org.ppo4j.lab.report;

import java.util.List;
import org.ppo4j.lab.plot.Plot;

/** A piece of a report, before it is text, Markdown or HTML. */
public sealed interface Block {
  /** A heading of a section. */
  record Heading(String text) implements Block {}

  /** A paragraph. */
  record Paragraph(String text) implements Block {}

  /** A list of sentences. */
  record Bullets(List<String> items) implements Block {}

  /** A table; the first column is text, the others are numbers. */
  record Table(List<String> header, List<List<String>> rows) implements Block {}

  /**
   * A plot.
   *
   * @param name the name of its files
   * @param plot what is drawn
   */
  record Figure(String name, Plot plot) implements Block {}

  /** A command line. */
  record Code(String text) implements Block {}
}
