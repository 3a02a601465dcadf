package org.ppo4j.app;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * A writer to a terminal that shows control characters as text, such as {@code \x1b}: names of
 * environments, arguments and files, and what Python says, must not move the cursor, clear the
 * screen or turn the direction of text. Ends of lines and tabs pass.
 */
final class EscapingWriter extends FilterWriter {
  private EscapingWriter(Writer out) {
    super(out);
  }

  /** Returns a writer that escapes what it passes to {@code out}. */
  static PrintWriter over(PrintWriter out) {
    return new PrintWriter(new EscapingWriter(out), true);
  }

  /**
   * Has the parsed command print through this class, except help, whose colours are control
   * characters and which shows nothing that was given.
   */
  static void install(ParseResult parsed) {
    CommandLine line = parsed.asCommandLineList().getLast();
    ParseResult last = line.getParseResult();
    if (parsed.hasSubcommand() && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
      line.setOut(over(line.getOut())).setErr(over(line.getErr()));
    }
  }

  /** Returns {@code text} with control characters as text. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.chars().forEach(c -> append(escaped, (char) c));
    return escaped.toString();
  }

  private static void append(StringBuilder to, char c) {
    if (c == '\n' || c == '\t') {
      to.append(c);
    } else if (Character.isISOControl(c)) {
      to.append("\\x%02x".formatted((int) c));
    } else if (turnsText(c)) {
      to.append("\\u%04x".formatted((int) c));
    } else {
      to.append(c);
    }
  }

  /** Returns whether {@code c} is one of Unicode's marks, embeddings, overrides and isolates. */
  private static boolean turnsText(char c) {
    return c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || ('\u202a' <= c && c <= '\u202e')
        || ('\u2066' <= c && c <= '\u2069');
  }

  @Override
  public void write(int c) throws IOException {
    out.write(escaped(Character.toString((char) c)));
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    out.write(escaped(new String(text, offset, length)));
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    out.write(escaped(text.substring(offset, offset + length)));
  }
}
