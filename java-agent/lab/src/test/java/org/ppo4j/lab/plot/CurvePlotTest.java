package org.ppo4j.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.ppo4j.lab.plot.CurvePlot.Scales;
import org.ppo4j.lab.plot.CurvePlot.Series;

class CurvePlotTest {
  private static final Pattern CURVE =
      Pattern.compile("<polyline class=\"sd0\" stroke-width=\"2.3\" points=\"([^\"]*)\"");

  /** A power law is a straight line, and equal ratios are equal lengths: y = x^2 at 1, 10, 100. */
  @Test
  void logarithmicAxesMakeAPowerLawStraight() {
    double[] x = {1, 10, 100};
    double[] none = {Double.NaN, Double.NaN, Double.NaN};
    Series squares = new Series("x^2", 0, x, new double[] {1, 100, 10_000}, none, none, Double.NaN);
    String svg = new CurvePlot("t", "y", "x", Scales.LOGARITHMIC, List.of(squares)).svg("id");

    Matcher curve = CURVE.matcher(svg);
    assertThat(curve.find()).isTrue();
    double[][] points =
        Arrays.stream(curve.group(1).split(" ", -1))
            .map(
                point -> Arrays.stream(point.split(",", -1)).mapToDouble(Double::valueOf).toArray())
            .toArray(double[][]::new);
    assertThat(points[1][0] - points[0][0]).isCloseTo(points[2][0] - points[1][0], within(0.2));
    assertThat(points[1][1] - points[0][1]).isCloseTo(points[2][1] - points[1][1], within(0.2));
    assertThat(points[2][1]).isLessThan(points[0][1]);
  }
}
