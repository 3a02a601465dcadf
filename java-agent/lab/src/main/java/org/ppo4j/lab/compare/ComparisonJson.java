package org.ppo4j.lab.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;

/**
 * The content of {@code comparison.json}, a comparison for programs. Unknown numbers are null.
 *
 * @param env the environment's id
 * @param command the command line that repeats the study
 * @param protocols the results by protocol
 * @param remarks other facts that a reader needs, in sentences
 */
record ComparisonJson(
    String env, String command, List<ByProtocol> protocols, List<String> remarks) {

  /**
   * The results by one protocol.
   *
   * @param protocol {@code last_episodes} or {@code evaluation}
   * @param sides every side, ours first
   * @param pairs every pair of sides whose first side was trained
   */
  record ByProtocol(Protocol protocol, List<Side> sides, List<Pair> pairs) {}

  /**
   * One side.
   *
   * @param seeds the number of seeds that count
   * @param expectedSeeds the number of seeds that were to be trained
   * @param std with n - 1 in the denominator
   * @param iqm the interquartile mean with its bootstrap interval
   * @param perSeed every seed; empty if they are not published
   * @param versions the versions of its software, by name
   */
  record Side(
      String name,
      String env,
      long steps,
      long seeds,
      int expectedSeeds,
      @Nullable Double mean,
      @Nullable Double std,
      @Nullable Double median,
      Range iqm,
      List<Seed> perSeed,
      Map<String, String> versions) {}

  /**
   * One seed.
   *
   * @param value the mean of its returns; null if it does not count
   * @param episodes the number of returns in that mean
   * @param minutes the time until the training's last episode; null if not known
   * @param flaw why it does not count; empty if it does
   */
  record Seed(
      String name, @Nullable Double value, int episodes, @Nullable Double minutes, String flaw) {}

  /** Two sides; the difference is the first's mean minus the second's. */
  record Pair(
      String first,
      String second,
      Range difference,
      @Nullable Double welchP,
      @Nullable Double mannWhitneyP,
      Range probabilityOfImprovement,
      String verdict) {}

  /** A number and its 95% interval. */
  record Range(@Nullable Double value, @Nullable Double low, @Nullable Double high) {
    static Range of(Estimate estimate) {
      return new Range(known(estimate.value()), known(estimate.low()), known(estimate.high()));
    }
  }

  static ComparisonJson of(ComparisonInput input) {
    return new ComparisonJson(
        input.env(),
        input.command(),
        Arrays.stream(Protocol.values()).map(protocol -> byProtocol(input, protocol)).toList(),
        input.remarks());
  }

  /** Returns this as JSON text. */
  String text() {
    try {
      return Json.MAPPER.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // records of texts and numbers
    }
  }

  private static ByProtocol byProtocol(ComparisonInput input, Protocol protocol) {
    List<Pair> pairs = new ArrayList<>();
    List<Contender.Trained> trained = input.trained();
    for (int i = 0; i < trained.size(); i++) {
      for (Contender other : trained.subList(i + 1, trained.size())) {
        pairs.add(pair(trained.get(i), other, protocol));
      }
      for (Contender other : input.tables()) {
        pairs.add(pair(trained.get(i), other, protocol));
      }
    }
    return new ByProtocol(
        protocol, input.all().stream().map(each -> side(each, protocol)).toList(), pairs);
  }

  private static Side side(Contender contender, Protocol protocol) {
    StatisticalSummary summary = contender.summary(protocol);
    double[] values = {};
    List<Seed> seeds = List.of();
    Map<String, String> versions = new TreeMap<>();
    if (contender instanceof Contender.Trained trained) {
      values = trained.values(protocol);
      seeds = trained.runs().stream().map(run -> seed(run, protocol)).toList();
      trained.software().forEach(each -> versions.put(each, trained.version(each)));
    }
    return new Side(
        contender.name(),
        contender.env(),
        contender.steps(),
        summary.getN(),
        contender.expectedSeeds(),
        known(summary.getMean()),
        summary.getN() < 2 ? null : known(summary.getStandardDeviation()),
        known(SampleStatistics.median(values)),
        Range.of(Bootstrap.of(values, SampleStatistics::interquartileMean)),
        seeds,
        versions);
  }

  private static Seed seed(SeedRun run, Protocol protocol) {
    double[] returns = protocol.returns(run);
    Double value = run.counts() ? known(SampleStatistics.mean(returns)) : null;
    Double minutes = known(run.episodes().minutes());
    return new Seed(run.name(), value, returns.length, minutes, run.flaw());
  }

  private static Pair pair(Contender.Trained first, Contender second, Protocol protocol) {
    Comparison comparison = Comparison.of(first, second, protocol);
    return new Pair(
        first.name(),
        second.name(),
        Range.of(comparison.difference()),
        known(comparison.welch()),
        known(comparison.mannWhitney()),
        Range.of(comparison.improvement()),
        comparison.verdict());
  }

  private static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
