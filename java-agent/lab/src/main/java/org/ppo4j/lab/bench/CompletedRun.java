package org.ppo4j.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.agent.files.Json;

/**
 * A run of a program that ended with exit code 0. Each method reads a measurement from its results.
 *
 * @param output its standard output
 * @param seconds the time from its start to its exit
 * @param folder its working folder
 */
public record CompletedRun(String output, double seconds, Path folder) {
  /** The run folder of ppo4j's programs, in {@link #folder}. */
  static final String RUN = "run";

  private static final Pattern SPS = Pattern.compile("(?m)^SPS: (\\d+)$");
  private static final Pattern SOLVED = Pattern.compile("(?m)^solved_at=\\d+$");
  private static final Pattern NUMBER = Pattern.compile("([-+.\\deE]+)\\s*$");

  /** Returns the last {@code SPS: N}, as CleanRL prints it. */
  Measurement sps() {
    Matcher matcher = SPS.matcher(output);
    String last = "";
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return number(last, "SPS: N");
  }

  /** Returns the number at the end of the output. */
  Measurement last() {
    Matcher matcher = NUMBER.matcher(output);
    return number(matcher.find() ? matcher.group(1) : "", "a number");
  }

  private Measurement number(String text, String expected) {
    try {
      return Measurement.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new ProgramException("it did not print " + expected, e);
    }
  }

  /** Returns the steps per second of the loop of ppo4j's training. */
  Measurement loopRate() {
    return Measurement.of(summary().path("sps").asDouble());
  }

  /** Returns the steps of ppo4j's training per second of the whole process. */
  Measurement wholeRate() {
    return Measurement.of(summary().path("total_steps").asLong() / seconds);
  }

  /** Returns the seconds of ppo4j's process, a bound unless it reached the mean return. */
  Measurement secondsUntil(double meanReturn) {
    JsonNode reached = summary().path("last100_mean_return");
    return new Measurement(seconds, !(reached.isNumber() && reached.asDouble() >= meanReturn));
  }

  /** Returns the seconds of a peer's process, a bound unless it printed {@code solved_at=STEP}. */
  Measurement secondsUntilSolved() {
    return new Measurement(seconds, !SOLVED.matcher(output).find());
  }

  private JsonNode summary() {
    try {
      return Json.MAPPER.readTree(folder.resolve(RUN).resolve("summary.json").toFile());
    } catch (IOException e) {
      throw new ProgramException("it wrote no summary.json", e);
    }
  }
}
