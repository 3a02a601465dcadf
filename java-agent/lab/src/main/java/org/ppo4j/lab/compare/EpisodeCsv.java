package org.ppo4j.lab.compare;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.apache.commons.io.input.BOMInputStream;
import org.ppo4j.agent.files.IoErrors;

/**
 * Reads episodes from a CSV file in UTF-8. Its header names the columns {@code global_step} and
 * {@code episodic_return}, in any order and among others, and optionally {@code seconds}. Fields
 * may be quoted; empty lines and lines that start with {@code #} are skipped.
 */
final class EpisodeCsv {
  private static final String STEP = "global_step";
  private static final String RETURN = "episodic_return";
  private static final String SECONDS = "seconds";

  /** The characters of a line that a message shows. */
  private static final int MAX_SHOWN = 200;

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setAllowMissingColumnNames(true)
          .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
          .setIgnoreSurroundingSpaces(true)
          .setCommentMarker('#')
          .get();

  private EpisodeCsv() {}

  /** Returns whether a file's name is that of a CSV file. */
  static boolean isNamedSo(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /** Returns whether a file's header names the columns. */
  static boolean isOne(Path file) {
    try (CSVParser parser = open(file)) {
      return parser.getHeaderNames().containsAll(List.of(STEP, RETURN));
    } catch (IOException | UncheckedIOException e) {
      return false; // not text
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not such a file; the message names the line
   * @throws UncheckedIOException if it cannot be read
   */
  static Episodes read(Path file) {
    try (CSVParser parser = open(file)) {
      return read(file, parser);
    } catch (CSVException e) {
      throw malformed(file, e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    } catch (UncheckedIOException e) { // the parser's iterator wraps its exceptions
      IOException cause = Objects.requireNonNull(e.getCause());
      throw cause instanceof CSVException syntax
          ? malformed(file, syntax)
          : IoErrors.unchecked("cannot read " + file, cause);
    }
  }

  private static Episodes read(Path file, CSVParser parser) {
    List<String> columns = parser.getHeaderNames();
    int step = columns.indexOf(STEP);
    int value = columns.indexOf(RETURN);
    int time = columns.indexOf(SECONDS);
    if (step < 0 || value < 0) {
      throw new IllegalArgumentException(
          "%s needs columns %s and %s, but its first line is: %s"
              .formatted(file, STEP, RETURN, shown(columns)));
    }
    LongStream.Builder steps = LongStream.builder();
    DoubleStream.Builder returns = DoubleStream.builder();
    DoubleStream.Builder seconds = DoubleStream.builder();
    long last = 0;
    for (CSVRecord row : parser) {
      long at;
      try {
        at = Long.parseLong(row.get(step));
        returns.add(number(row.get(value)));
        if (time >= 0) {
          seconds.add(number(row.get(time)));
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "line %d of %s is not an episode: %s"
                .formatted(parser.getCurrentLineNumber(), file, shown(List.of(row.values()))),
            e);
      }
      if (at < 0) {
        throw new IllegalArgumentException(
            "line %d of %s has the negative step %d"
                .formatted(parser.getCurrentLineNumber(), file, at));
      }
      if (at < last) {
        throw new IllegalArgumentException(
            "line %d of %s goes back from step %d to %d; one file holds one training"
                .formatted(parser.getCurrentLineNumber(), file, last, at));
      }
      steps.add(at);
      last = at;
    }
    return new Episodes(
        steps.build().toArray(), returns.build().toArray(), seconds.build().toArray());
  }

  private static CSVParser open(Path file) throws IOException {
    BOMInputStream in = BOMInputStream.builder().setPath(file).get(); // Excel writes the mark
    try {
      // Unlike a charset, a new decoder reports bytes that are not UTF-8.
      return CSVParser.builder()
          .setReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))
          .setFormat(FORMAT)
          .get();
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static IllegalArgumentException malformed(Path file, CSVException e) {
    return new IllegalArgumentException(
        "%s is not a CSV file: %s".formatted(file, e.getMessage()), e);
  }

  /** Returns fields as a line for a message, whatever is in them. */
  private static String shown(List<String> fields) {
    String line = String.join(",", fields).replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }

  /** Parses numbers as Java and Python write them. */
  private static double number(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
