package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.lab.plot.CurvePlot.Series;

class LearningCurvesTest {

  /**
   * Bins of one step: 1 and 3 are known, 2 lies between them; before the first nothing is known.
   */
  @Test
  void aBinWithoutAnEpisodeIsFilledFromItsNeighbours() {
    double[] means =
        LearningCurves.binned(
            new Episodes(steps(1, 3, 3), of(10, 20, 40), of()), LearningCurves.BINS);

    assertThat(means[0]).isNaN();
    assertThat(Arrays.copyOfRange(means, 1, 4)).containsExactly(10, 20, 30);
    assertThat(means[4]).isNaN();
  }

  /** The shorter seed ends at 100: what the longer one did later is another mean, of one seed. */
  @Test
  void theCurveEndsWithTheFirstSeed() {
    Series curve =
        LearningCurves.overSteps(
                trained(
                    run(steps(2, 100), of(1, 1), of()),
                    run(steps(2, 100, 104), of(3, 3, 99), of())),
                4)
            .orElseThrow();

    assertThat(curve.x()[curve.x().length - 1]).isLessThan(100);
    assertThat(curve.mean()).containsOnly(2);
    assertThat(curve.low()).containsOnly(Double.NaN); // two seeds: no interval worth drawing
    assertThat(curve.colour()).isEqualTo(4);
  }

  /**
   * Both seeds take 100 steps, one in 60 s and one in 180 s: step 50 comes after 60 s on average.
   */
  @Test
  void aPointOverTimeStandsAtTheMeanTimeOfItsStep() {
    Contender.Trained us =
        trained(
            run(steps(1, 50, 100), of(1, 2, 3), of(0.6, 30, 60)),
            run(steps(1, 50, 100), of(3, 4, 5), of(1.8, 90, 180)));

    Series overSteps = LearningCurves.overSteps(us, 0).orElseThrow();
    Series overMinutes = LearningCurves.overMinutes(us, 0).orElseThrow();

    assertThat(overMinutes.mean()).isEqualTo(overSteps.mean());
    for (int i = 0; i < overSteps.x().length; i++) {
      assertThat(overMinutes.x()[i]).isCloseTo(overSteps.x()[i] / 50, within(1e-12));
    }
  }

  @Test
  void whereNoFileTellsTheTimeThereIsNoCurveOverIt() {
    assertThat(LearningCurves.overMinutes(trained(run(steps(1, 2), of(1, 1), of())), 0)).isEmpty();
    assertThat(LearningCurves.overSteps(trained(), 0)).isEmpty();
  }

  /** Of 1, 2, 3: t(0.975, 2) = 4.302653, deviation 1, three values. */
  @Test
  void theBandIsStudentsInterval() {
    assertThat(LearningCurves.halfInterval(of(1, 2, 3)))
        .isCloseTo(4.302653 / Math.sqrt(3), within(1e-6));
    assertThat(LearningCurves.halfInterval(of(1, 2))).isNaN();
  }

  private static Contender.Trained trained(SeedRun... runs) {
    return new Contender.Trained("us", "A-v1", List.of(runs), List.of());
  }

  private static SeedRun run(long[] steps, double[] returns, double[] seconds) {
    return new SeedRun("seed", new Episodes(steps, returns, seconds), new double[0], "", Map.of());
  }

  private static long[] steps(long... values) {
    return values;
  }

  private static double[] of(double... values) {
    return values;
  }
}
