package org.ppo4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures how cost grows: {@code benchmarks/scaling [PART...]}. Runs JMH benchmarks over the
 * ranges of {@link ScalingPart#ALL}, each point in a separate JVM, and writes a table, a CSV and
 * plots of each part into docs/results/&lt;today&gt;-scaling.
 */
public final class Scaling {
  private static final int WARMUPS = 2;
  private static final int MEASUREMENTS = 3;
  private static final TimeValue WARMUP = TimeValue.seconds(1);
  private static final TimeValue MEASUREMENT = TimeValue.milliseconds(500);

  /**
   * The measurement of one point.
   *
   * @param stepsPerSecond environment steps a second
   * @param min those of the slowest measurement
   * @param max those of the fastest measurement
   * @param updateMillis milliseconds of an update; NaN if the benchmark has none
   * @param updateShare the share of the time that updates take; NaN likewise
   */
  record Point(
      ScalingPart.Curve curve,
      int value,
      double stepsPerSecond,
      double min,
      double max,
      double updateMillis,
      double updateShare) {

    /** Returns the microseconds of a step that collecting it takes. */
    double collectMicros() {
      return 1e6 * (1 - updateShare) / stepsPerSecond;
    }

    /** Returns the microseconds of a step that learning from it takes, in all epochs. */
    double updateMicros() {
      return 1e6 * updateShare / stepsPerSecond;
    }
  }

  private Scaling() {}

  public static void main(String[] args) throws RunnerException, IOException {
    Path folder = Path.of(args[0]);
    List<String> names =
        args.length > 1 ? List.of(args).subList(1, args.length) : ScalingPart.names();
    for (String name : names) {
      if (!ScalingPart.names().contains(name)) {
        System.err.printf(
            "there is no part %s, only %s%n", name, String.join(", ", ScalingPart.names()));
        System.exit(2);
      }
    }
    for (ScalingPart part : ScalingPart.ALL) {
      if (names.contains(part.name())) {
        new ScalingReport(part, measure(part)).write(folder);
      }
    }
  }

  private static List<Point> measure(ScalingPart part) throws RunnerException {
    List<Point> points = new ArrayList<>();
    for (ScalingPart.Curve curve : part.curves()) {
      for (int value : part.values(curve)) {
        Point point = measure(part, curve, value);
        System.err.printf(
            Locale.ROOT,
            "%s, %s, %s %d: %,.0f steps/s%n",
            part.name(),
            curve.name(),
            part.parameter(),
            value,
            point.stepsPerSecond);
        points.add(point);
      }
    }
    return points;
  }

  private static Point measure(ScalingPart part, ScalingPart.Curve curve, int value)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + part.benchmark().getSimpleName() + "\\.")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .forks(1)
            .warmupIterations(WARMUPS)
            .warmupTime(WARMUP)
            .measurementIterations(MEASUREMENTS)
            .measurementTime(MEASUREMENT);
    part.parameters(curve, value).forEach(options::param);
    if (!part.heap().isEmpty()) {
      options.jvmArgsAppend("-Xmx" + part.heap());
    }
    RunResult result = new Runner(options.build()).runSingle();
    Result<?> steps = Objects.requireNonNull(result.getSecondaryResults().get("steps"));
    Result<?> updateSeconds = result.getSecondaryResults().get("updateSeconds");
    double iterations = result.getPrimaryResult().getScore();
    return new Point(
        curve,
        value,
        steps.getScore(),
        steps.getStatistics().getMin(),
        steps.getStatistics().getMax(),
        updateSeconds == null ? Double.NaN : 1000 * updateSeconds.getScore() / iterations,
        updateSeconds == null ? Double.NaN : updateSeconds.getScore());
  }
}
