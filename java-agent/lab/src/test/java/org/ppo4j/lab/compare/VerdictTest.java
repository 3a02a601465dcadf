package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void oneSeedSaysNothing() {
    assertThat(verdict(runs(100), runs(1, 2, 3, 4, 5)))
        .isEqualTo(
            "With 1 and 5 seeds, nothing can be said about a difference, because one seed shows no"
                + " spread.");
  }

  @Test
  void aClearDifferenceIsClaimed() {
    assertThat(verdict(runs(11, 12, 13, 14, 15), runs(1, 2, 3, 4, 5)))
        .startsWith("With 5 and 5 seeds, the return of us is higher (Welch p < 0.001, Mann-Whitney")
        .contains("p = 0.008; the 95% interval of the difference of means is");
  }

  @Test
  void noDifferenceIsNeverEquality() {
    assertThat(verdict(runs(1, 2, 3, 4, 5), runs(1.5, 2.5, 3.5, 4.5, 0.5)))
        .contains("no difference was shown (Welch p = ")
        .doesNotContain("equal", "same");
  }

  @Test
  void threeAgainstThreeCannotShowAnything() {
    assertThat(verdict(runs(11, 12, 13), runs(1, 2, 3)))
        .contains(
            "no difference can be shown, because so few seeds cannot give less than p = 0.100");
  }

  @Test
  void seedsThatDoNotCountAreNamed() {
    List<SeedRun> crashed =
        Stream.concat(runs(1, 2, 3, 4, 5).stream(), Stream.of(SeedRun.flawed("six", "crashed")))
            .toList();

    assertThat(verdict(crashed, runs(1, 2, 3, 4, 5)))
        .startsWith("With 5 and 5 seeds (1 of us missing)");
    assertThat(new Contender.Trained("us", "A-v1", crashed, List.of()).problems())
        .contains("us: six is left out: it crashed.");
  }

  @Test
  void aShorterTrainingIsLeftOut() {
    Contender.Trained us =
        new Contender.Trained(
            "us", "A-v1", List.of(run("one", 1000, 1), run("two", 100, 2)), List.of());

    assertThat(us.values(Protocol.LAST_EPISODES)).containsExactly(1);
    assertThat(us.problems()).contains("us: two is left out: it ends at step 100, not near 1,000.");
  }

  @Test
  void aLongerTrainingIsLeftOutAndNotTheOthers() {
    Contender.Trained us =
        new Contender.Trained(
            "us",
            "A-v1",
            List.of(run("one", 1000, 1), run("two", 1000, 2), run("three", 1500, 3)),
            List.of());

    assertThat(us.values(Protocol.LAST_EPISODES)).containsExactly(1, 2);
    assertThat(us.problems())
        .contains("us: three is left out: it ends at step 1,500, not near 1,000.");
  }

  @Test
  void ofTrainingsThatAllEndElsewhereTheLongestCounts() {
    Contender.Trained us =
        new Contender.Trained(
            "us",
            "A-v1",
            List.of(run("one", 1000, 1), run("two", 100, 2), run("three", 300, 3)),
            List.of());

    assertThat(us.values(Protocol.LAST_EPISODES)).containsExactly(1);
  }

  @Test
  void theSameEpisodesTwiceAreOneSeed() {
    Contender.Trained us =
        new Contender.Trained(
            "us", "A-v1", List.of(run("one", 1000, 1), run("copy", 1000, 1)), List.of());

    assertThat(us.values(Protocol.LAST_EPISODES)).containsExactly(1);
    assertThat(us.problems()).contains("us: copy is left out: it holds the same episodes as one.");
  }

  @Test
  void otherEnvironmentsAreNoLikeForLike() {
    Contender.Trained us = new Contender.Trained("us", "A-v5", runs(1, 2, 3, 4, 5), List.of());
    Contender them = new Contender.Table(new Published("A-v4", 1000, 3, 3, 1, "", "a paper", "v1"));

    assertThat(Comparison.of(us, them, Protocol.LAST_EPISODES).verdict())
        .contains("no Mann-Whitney, because the seeds are not published")
        .endsWith("; this is not a like-for-like comparison, because A-v5 is compared with A-v4.");
  }

  private static String verdict(List<SeedRun> ours, List<SeedRun> theirs) {
    return Comparison.of(
            new Contender.Trained("us", "A-v1", ours, List.of()),
            new Contender.Trained("them", "A-v1", theirs, List.of()),
            Protocol.LAST_EPISODES)
        .verdict();
  }

  private static List<SeedRun> runs(double... returns) {
    return java.util.Arrays.stream(returns).mapToObj(value -> run("seed", 1000, value)).toList();
  }

  private static SeedRun run(String name, long step, double value) {
    Episodes episodes = new Episodes(new long[] {step}, new double[] {value}, new double[0]);
    return new SeedRun(name, episodes, new double[0], "", Map.of());
  }
}
