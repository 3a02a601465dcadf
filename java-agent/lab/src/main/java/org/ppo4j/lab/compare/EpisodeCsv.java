package org.ppo4j.lab.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ppo4j.agent.files.IoFailure;

/**
 * Reads episodes from a CSV file whose first line names the columns {@code global_step} and {@code
 * episodic_return}, in any order and among others; {@code seconds} is read where it is there.
 */
final class EpisodeCsv {
  private static final String STEP = "global_step";
  private static final String RETURN = "episodic_return";
  private static final String SECONDS = "seconds";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private EpisodeCsv() {}

  /** Whether a file is a CSV file by its name. */
  static boolean isNamedSo(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /** Whether a file's first line names the columns. */
  static boolean isOne(Path file) {
    try (var lines = Files.newBufferedReader(file)) {
      String header = lines.readLine();
      return header != null && columns(header).containsAll(List.of(STEP, RETURN));
    } catch (IOException e) {
      return false; // not text
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not such a file; the message names the line
   */
  static Episodes read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot read " + file, e);
    }
    List<String> columns = columns(lines.isEmpty() ? "" : lines.getFirst());
    int step = columns.indexOf(STEP);
    int value = columns.indexOf(RETURN);
    int time = columns.indexOf(SECONDS);
    if (step < 0 || value < 0) {
      throw new IllegalArgumentException(
          "%s needs columns %s and %s, but its first line is: %s"
              .formatted(file, STEP, RETURN, String.join(",", columns)));
    }
    int rows = lines.size() - 1;
    long[] steps = new long[rows];
    double[] returns = new double[rows];
    double[] seconds = new double[time < 0 ? 0 : rows];
    for (int i = 0; i < rows; i++) {
      String[] cells = lines.get(i + 1).split(",", -1);
      try {
        steps[i] = Long.parseLong(cells[step].strip());
        returns[i] = number(cells[value].strip());
        if (time >= 0) {
          seconds[i] = number(cells[time].strip());
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "line %d of %s is no episode: %s".formatted(i + 2, file, lines.get(i + 1)), e);
      }
      if (steps[i] < 0) {
        throw new IllegalArgumentException(
            "line %d of %s has the negative step %d".formatted(i + 2, file, steps[i]));
      }
      if (i > 0 && steps[i] < steps[i - 1]) {
        throw new IllegalArgumentException(
            "line %d of %s goes back from step %d to %d; one file holds one training"
                .formatted(i + 2, file, steps[i - 1], steps[i]));
      }
    }
    return new Episodes(steps, returns, seconds);
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

  private static List<String> columns(String header) {
    String text = header.startsWith(BYTE_ORDER_MARK) ? header.substring(1) : header; // Excel's
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }
}
