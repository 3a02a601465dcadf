package org.ppo4j.lab.report;

import java.util.List;
import org.ppo4j.lab.plot.Plot;

/** A part of a report, independent of its format. */
public sealed interface Block {
  /** The heading of a section. */
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
   * @param name the name of its file, without the ending
   * @param plot the plot
   */
  record Figure(String name, Plot plot) implements Block {}

  /** A command line. */
  record Code(String text) implements Block {}
}
