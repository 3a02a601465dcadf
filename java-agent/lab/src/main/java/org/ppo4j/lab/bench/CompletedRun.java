package org.ppo4j.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.agent.files.Json;

/**
 * A run of a program that ended well. Each method reads a figure out of it.
 *
 * @param output what it printed to standard output
 * @param seconds from its start to its exit
 * @param folder where it ran
 */
public record Finished(String output, double seconds, Path folder) {
  /** Where ours leave their run, in {@link #folder}. */
  static final String RUN = "run";

  private static final Pattern SPS = Pattern.compile("(?m)^SPS: (\\d+)$");
  private static final Pattern SOLVED = Pattern.compile("(?m)^solved_at=\\d+$");
  private static final Pattern NUMBER = Pattern.compile("([-+.\\deE]+)\\s*$");

  /** Returns the last {@code SPS: N}, as CleanRL prints it. */
  Figure sps() {
    Matcher matcher = SPS.matcher(output);
    String last = "";
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return number(last, "SPS: N");
  }

  /** Returns the number at the end of the output. */
  Figure last() {
    Matcher matcher = NUMBER.matcher(output);
    return number(matcher.find() ? matcher.group(1) : "", "a number");
  }

  private Figure number(String text, String expected) {
    try {
      return Figure.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new ProgramException("it did not print " + expected, e);
    }
  }

  /** Returns the steps per second of our training's loop. */
  Figure loopRate() {
    return Figure.of(summary().path("sps").asDouble());
  }

  /** Returns the steps of our training by the seconds of the whole process. */
  Figure wholeRate() {
    return Figure.of(summary().path("total_steps").asLong() / seconds);
  }

  /** Returns the seconds of our process, a bound unless the training reached a mean return. */
  Figure secondsUntil(double meanReturn) {
    JsonNode reached = summary().path("last100_mean_return");
    return new Figure(seconds, !(reached.isNumber() && reached.asDouble() >= meanReturn));
  }

  /** Returns the seconds of a peer's process, a bound unless it printed {@code solved_at=STEP}. */
  Figure secondsUntilSolved() {
    return new Figure(seconds, !SOLVED.matcher(output).find());
  }

  private JsonNode summary() {
    try {
      return Json.MAPPER.readTree(folder.resolve(RUN).resolve("summary.json").toFile());
    } catch (IOException e) {
      throw new ProgramException("it left no summary.json", e);
    }
  }
}
