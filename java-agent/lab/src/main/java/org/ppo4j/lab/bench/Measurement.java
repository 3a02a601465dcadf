package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Unit;

/**
 * The result of one run of a program.
 *
 * @param value the value in the workload's unit
 * @param bound whether the program gave up, so that {@code value} is a lower bound of its time
 */
public record Measurement(double value, boolean bound) {
  static Measurement of(double value) {
    return new Measurement(value, false);
  }

  /** Returns the value for a report, with a sign if it is a bound. */
  String text() {
    return (bound ? "≥ " : "") + text(value);
  }

  /** Returns a number with three digits, or with all digits before the decimal point. */
  static String text(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3g";
    return String.format(Locale.ROOT, format, value);
  }

  /** The measurements of one program so far. */
  static final class Samples {
    final Program program;
    private final List<Measurement> measurements = new ArrayList<>();
    private @Nullable String failure;

    Samples(Program program) {
      this.program = program;
    }

    void add(Measurement measurement) {
      measurements.add(measurement);
    }

    void fail(String why) {
      failure = why;
    }

    boolean hasFailed() {
      return failure != null;
    }

    ProgramResult result() {
      return ProgramResult.of(program.contender(), program.setting(), measurements, failure);
    }

    /** Returns the result of the last run, for the user. */
    String last(Unit unit) {
      return failure == null
          ? "%s %s".formatted(measurements.getLast().text(), unit.symbol())
          : "failed, " + failure;
    }
  }
}
