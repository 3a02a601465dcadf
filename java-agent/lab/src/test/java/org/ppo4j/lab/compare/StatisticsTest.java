package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatisticsTest {
  private static final Offset<Double> ROUNDING = within(1e-9);

  static List<JsonNode> cases() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(StatisticsTest.class.getResource("/golden/statistics.json"));
    List<JsonNode> cases = new ArrayList<>();
    golden.required("cases").forEach(cases::add);
    return cases;
  }

  /** {@code record_statistics.py} computed the expected values with SciPy. */
  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithScipy(JsonNode expected) {
    double[] a = array(expected.required("a"));
    double[] b = array(expected.required("b"));
    Estimate difference = Welch.difference(summary(a), summary(b));

    assertThat(Welch.pValue(summary(a), summary(b))).isCloseTo(number(expected, "welch"), ROUNDING);
    assertThat(new double[] {difference.low(), difference.high()})
        .containsExactly(array(expected.required("difference")), within(1e-6));
    assertThat(MannWhitney.pValue(a, b)).isCloseTo(number(expected, "mann_whitney"), ROUNDING);
    assertThat(MannWhitney.probabilityOfImprovement(a, b))
        .isCloseTo(number(expected, "improvement"), ROUNDING);
    assertThat(SampleStatistics.mean(a)).isCloseTo(number(expected, "mean"), ROUNDING);
    assertThat(SampleStatistics.std(a)).isCloseTo(number(expected, "std"), ROUNDING);
    assertThat(SampleStatistics.median(a)).isCloseTo(number(expected, "median"), ROUNDING);
    assertThat(SampleStatistics.quantile(a, 0.1))
        .isCloseTo(number(expected, "quantile10"), ROUNDING);
    assertThat(SampleStatistics.interquartileMean(a)).isCloseTo(number(expected, "iqm"), ROUNDING);
  }

  @Test
  void interquartileMeanByHand() {
    assertThat(SampleStatistics.interquartileMean(new double[] {9, 1, 2, 100, 3, 4, -50, 7}))
        .isEqualTo((2 + 3 + 4 + 7) / 4.0); // -50 1 | 2 3 4 7 | 9 100
    assertThat(SampleStatistics.interquartileMean(new double[] {1, 2, 6})).isEqualTo(3);
  }

  @Test
  void probabilityOfImprovementByHand() {
    // 3 > 1, 3 > 2, 3 = 3; 2 > 1, 2 = 2, 2 < 3
    assertThat(MannWhitney.probabilityOfImprovement(new double[] {3, 2}, new double[] {1, 2, 3}))
        .isEqualTo((1 + 1 + 0.5 + 1 + 0.5) / 6);
  }

  @Test
  void threeSeedsAgainstThreeCannotShowADifference() {
    double[] low = {1, 2, 3};
    double[] high = {1000, 2000, 3000};
    assertThat(MannWhitney.pValue(low, high)).isCloseTo(0.1, ROUNDING); // 2 of 20 ways
    assertThat(MannWhitney.smallestPValue(3, 3)).isCloseTo(0.1, ROUNDING);
  }

  /** This is why docs/decisions/0061-mann-whitney-by-hand.md keeps the test. */
  @Test
  void tiesAreExactWhereCommonsStatisticsApproximates() {
    double[] a = {500, 500, 500};
    double[] b = {500, 400, 300, 500};
    MannWhitneyUTest exact = MannWhitneyUTest.withDefaults().with(PValueMethod.EXACT);

    assertThat(MannWhitney.pValue(a, b)).isCloseTo(permutations(a, b), ROUNDING);
    assertThat(exact.test(a, b).getPValue()).isNotCloseTo(permutations(a, b), within(0.01));
  }

  /** Returns the fraction of all choices of a's values that are at least as extreme as a. */
  private static double permutations(double[] a, double[] b) {
    double[] all = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    double expected = a.length * b.length / 2.0;
    double distance = Math.abs(MannWhitney.u(a, b) - expected);
    int extreme = 0;
    int choices = 0;
    for (int mask = 0; mask < 1 << all.length; mask++) {
      if (Integer.bitCount(mask) == a.length) {
        int chosen = mask;
        double[] first =
            IntStream.range(0, all.length)
                .filter(i -> (chosen >> i & 1) == 1)
                .mapToDouble(i -> all[i])
                .toArray();
        double[] second =
            IntStream.range(0, all.length)
                .filter(i -> (chosen >> i & 1) == 0)
                .mapToDouble(i -> all[i])
                .toArray();
        choices++;
        extreme += Math.abs(MannWhitney.u(first, second) - expected) >= distance ? 1 : 0;
      }
    }
    return (double) extreme / choices;
  }

  @Test
  void publishedDeviationsAreConverted() {
    // of 1, 2, 3: numpy's std is sqrt(2 / 3), the sample's is 1
    assertThat(SampleStatistics.stdOfPopulationStd(Math.sqrt(2 / 3.0), 3)).isCloseTo(1, ROUNDING);
    assertThat(SampleStatistics.stdOfPopulationStd(0, 1)).isNaN();
  }

  /** Of 20 normal values, a 95% percentile bootstrap covers the mean in some 93 of 100 samples. */
  @Test
  void bootstrapIntervalsCoverTheMean() {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(7);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    int covered = 0;
    for (int sample = 0; sample < 200; sample++) {
      double[] values = normal.samples(20).toArray();
      Estimate mean = Bootstrap.of(values, SampleStatistics::mean);
      covered += mean.low() <= 0 && 0 <= mean.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(175, 198);
  }

  @Test
  void oneSeedHasNoInterval() {
    assertThat(Bootstrap.of(new double[] {5, 6, 7, 8}, SampleStatistics::mean).hasInterval())
        .isFalse();
    double[] low = {1, 2, 3, 4, 5};
    double[] high = {6, 7, 8, 9, 10};
    Estimate certain = Bootstrap.of(high, low, MannWhitney::probabilityOfImprovement);
    assertThat(certain.value()).isEqualTo(1);
    assertThat(certain.hasInterval()).isFalse();
    assertThat(Welch.isPossible(summary(5), summary(1, 2))).isFalse();
    assertThat(Welch.isPossible(summary(2, 2), summary(1, 1))).isFalse();
  }

  private static SummaryStatistics summary(double... values) {
    SummaryStatistics statistics = new SummaryStatistics();
    Arrays.stream(values).forEach(statistics::addValue);
    return statistics;
  }

  private static double number(JsonNode node, String name) {
    return node.required(name).asDouble();
  }

  private static double[] array(JsonNode node) {
    double[] values = new double[node.size()];
    Arrays.setAll(values, i -> node.get(i).asDouble());
    return values;
  }
}
