package org.ppo4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.ppo4j.benchmarks.Scaling.Point;
import org.ppo4j.lab.bench.Machine;
import org.ppo4j.lab.plot.CurvePlot;
import org.ppo4j.lab.plot.CurvePlot.Scales;
import org.ppo4j.lab.plot.CurvePlot.Series;

/** Writes the files of one part: points as CSV, tables as Markdown, plots as SVG. */
record ScalingReport(ScalingPart part, List<Point> points) {

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(part.name() + ".csv"), csv());
    Files.writeString(folder.resolve(part.name() + ".md"), markdown());
    Files.writeString(folder.resolve(stepsPlot()), steps().svg(part.name() + "-steps"));
    if (hasUpdates()) {
      Files.writeString(folder.resolve(updatesPlot()), updates().svg(part.name() + "-update"));
    }
  }

  private boolean hasUpdates() {
    return points.stream().noneMatch(point -> Double.isNaN(point.updateMillis()));
  }

  private String stepsPlot() {
    return part.name() + "-steps.svg";
  }

  private String updatesPlot() {
    return part.name() + "-update.svg";
  }

  private String csv() {
    StringBuilder csv =
        new StringBuilder("curve,%s,steps_per_second,min,max".formatted(part.parameter()));
    csv.append(hasUpdates() ? ",update_ms\n" : "\n");
    for (Point point : points) {
      csv.append(
          "\"%s\",%d,%.0f,%.0f,%.0f"
              .formatted(
                  point.curve().name(),
                  point.value(),
                  point.stepsPerSecond(),
                  point.min(),
                  point.max()));
      csv.append(hasUpdates() ? String.format(Locale.ROOT, ",%.3f%n", point.updateMillis()) : "\n");
    }
    return csv.toString();
  }

  private String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# %s%n%n".formatted(part.title()));
    text.append("    benchmarks/scaling %s%n%n".formatted(part.name()));
    text.append(
        "Made on %s on %d cores (%s), JDK %s.%n%n"
            .formatted(
                LocalDate.now(ZoneId.systemDefault()),
                Runtime.getRuntime().availableProcessors(),
                Machine.processor(),
                Runtime.version()));
    text.append("Environment steps a second, mean of three measurements:%n%n".formatted());
    text.append(table(Point::stepsPerSecond));
    text.append("%n![steps a second](%s)%n".formatted(stepsPlot()));
    if (hasUpdates()) {
      text.append("%nMilliseconds of an update, all its epochs:%n%n".formatted());
      text.append(table(Point::updateMillis));
      text.append("%nMicroseconds of a step for collecting it:%n%n".formatted());
      text.append(table(Point::collectMicros));
      text.append("%nMicroseconds of a step for learning from it, all epochs:%n%n".formatted());
      text.append(table(Point::updateMicros));
      text.append("%n![milliseconds of an update](%s)%n".formatted(updatesPlot()));
    }
    return text.toString();
  }

  private String table(ToDoubleFunction<Point> figure) {
    StringBuilder table = new StringBuilder("| " + part.label() + " |");
    part.curves().forEach(curve -> table.append(" %s |".formatted(curve.name())));
    table.append("\n| ---: |").append(" ---: |".repeat(part.curves().size())).append('\n');
    for (int value : part.values()) {
      table.append(String.format(Locale.ROOT, "| %,d |", value));
      for (ScalingPart.Curve curve : part.curves()) {
        table.append(
            points.stream()
                .filter(point -> point.curve().equals(curve) && point.value() == value)
                .map(point -> " %s |".formatted(short3(figure.applyAsDouble(point))))
                .findFirst()
                .orElse(" |"));
      }
      table.append('\n');
    }
    return table.toString();
  }

  /** Formats a number with three digits, or with all digits before the point. */
  private static String short3(double number) {
    return String.format(
        Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%,.0f", number);
  }

  private CurvePlot steps() {
    return plot("environment steps a second", Point::stepsPerSecond, Point::min, Point::max);
  }

  private CurvePlot updates() {
    ToDoubleFunction<Point> none = point -> Double.NaN;
    return plot("milliseconds of an update", Point::updateMillis, none, none);
  }

  private CurvePlot plot(
      String label,
      ToDoubleFunction<Point> mean,
      ToDoubleFunction<Point> low,
      ToDoubleFunction<Point> high) {
    List<Series> series = new ArrayList<>();
    for (ScalingPart.Curve curve : part.curves()) {
      List<Point> own = points.stream().filter(point -> point.curve().equals(curve)).toList();
      series.add(
          new Series(
              curve.name(),
              series.size(),
              numbers(own, Point::value),
              numbers(own, mean),
              numbers(own, low),
              numbers(own, high),
              Double.NaN));
    }
    return new CurvePlot(part.title(), label, part.label(), Scales.LOGARITHMIC, series);
  }

  private static double[] numbers(List<Point> points, ToDoubleFunction<Point> number) {
    return points.stream().mapToDouble(number).toArray();
  }
}
