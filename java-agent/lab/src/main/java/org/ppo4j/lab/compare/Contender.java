package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.math3.stat.descriptive.StatisticalSummaryValues;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** One side of a comparison. */
public sealed interface Contender {

  /** Returns the name that reports use. */
  String name();

  /** Returns the environment's id. */
  String env();

  /** Returns the environment steps of a training; 0 if not known. */
  long steps();

  /** Returns number, mean, variance, minimum and maximum over seeds. */
  StatisticalSummary summary(Protocol protocol);

  /** Returns the number of seeds that were to be trained. */
  int expectedSeeds();

  /** Returns the versions of {@code software}, as text; empty if not known. */
  String version(String software);

  /**
   * Trainings whose episodes are known.
   *
   * @param name the name that reports use
   * @param env the environment's id
   * @param runs all trainings, including those that do not count
   * @param notes other facts that a reader needs, in sentences
   */
  record Trained(String name, String env, List<SeedRun> runs, List<String> notes)
      implements Contender {
    private static final double ALIKE = 0.05;

    public Trained {
      runs = withoutOtherLengths(withoutCopies(runs));
      notes = List.copyOf(notes);
    }

    public List<SeedRun> counted() {
      return runs.stream().filter(SeedRun::counts).toList();
    }

    @Override
    public int expectedSeeds() {
      return runs.size();
    }

    @Override
    public long steps() {
      return counted().stream().mapToLong(run -> run.episodes().lastStep()).max().orElse(0);
    }

    /** Returns one number a seed; fewer if a seed was not evaluated. */
    double[] values(Protocol protocol) {
      return counted().stream()
          .map(protocol::returns)
          .filter(returns -> returns.length > 0)
          .mapToDouble(SampleStatistics::mean)
          .toArray();
    }

    @Override
    public StatisticalSummary summary(Protocol protocol) {
      SummaryStatistics statistics = new SummaryStatistics();
      Arrays.stream(values(protocol)).forEach(statistics::addValue);
      return statistics.getSummary();
    }

    @Override
    public String version(String software) {
      Set<String> all = new TreeSet<>();
      counted().forEach(run -> all.add(run.versions().getOrDefault(software, "")));
      return all.stream().filter(each -> !each.isEmpty()).collect(Collectors.joining(" and "));
    }

    /** Returns the software whose versions are known. */
    SortedSet<String> software() {
      SortedSet<String> software = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      runs.forEach(run -> software.addAll(run.versions().keySet()));
      return software;
    }

    /** Returns the seeds that were left out or have too few episodes, in sentences. */
    List<String> problems() {
      List<String> problems = new ArrayList<>();
      for (SeedRun run : runs) {
        int episodes = run.episodes().count();
        if (!run.counts()) {
          problems.add("%s: %s is left out: it %s.".formatted(name, run.name(), run.flaw()));
        } else if (episodes < Episodes.LAST) {
          problems.add(
              "%s: %s finished fewer than %d episodes; its result is the mean of all %d."
                  .formatted(name, run.name(), Episodes.LAST, episodes));
        }
      }
      problems.addAll(notes);
      return problems;
    }

    /** Marks runs that hold the same episodes as an earlier one: they are the same seed. */
    private static List<SeedRun> withoutCopies(List<SeedRun> runs) {
      List<SeedRun> kept = new ArrayList<>();
      for (SeedRun run : runs) {
        Optional<SeedRun> same =
            kept.stream()
                .filter(each -> each.counts() && each.episodes().isSameAs(run.episodes()))
                .findFirst();
        kept.add(
            run.counts() && same.isPresent()
                ? run.withFlaw("holds the same episodes as " + same.get().name())
                : run);
      }
      return kept;
    }

    /** Marks runs that are shorter or longer: they ended at another point of learning. */
    private static List<SeedRun> withoutOtherLengths(List<SeedRun> runs) {
      long usual = usualEnd(runs.stream().filter(SeedRun::counts).toList());
      return runs.stream()
          .map(
              run -> {
                long end = run.episodes().lastStep();
                double slack = Math.max(ALIKE * usual, 2.0 * run.episodes().longestGap());
                return run.counts() && Math.abs(usual - end) > slack
                    ? run.withFlaw("ends at step %,d, not near %,d".formatted(end, usual))
                    : run;
              })
          .toList();
    }

    /**
     * Returns the last step that most runs are near, the highest if several are; 0 without runs.
     */
    private static long usualEnd(List<SeedRun> runs) {
      Comparator<Long> byCompany =
          Comparator.comparingLong(
              end ->
                  runs.stream()
                      .filter(run -> Math.abs(run.episodes().lastStep() - end) <= ALIKE * end)
                      .count());
      return runs.stream()
          .map(run -> run.episodes().lastStep())
          .max(byCompany.thenComparing(Comparator.naturalOrder()))
          .orElse(0L);
    }
  }

  /**
   * A row of a published table.
   *
   * @param row the row
   */
  record Table(Published row) implements Contender {

    @Override
    public String name() {
      return "published: %s, %d seeds, %s, %s"
          .formatted(row.env(), row.seeds(), Formats.steps(row.steps()), row.edition());
    }

    @Override
    public String env() {
      return row.env();
    }

    @Override
    public long steps() {
      return row.steps();
    }

    @Override
    public int expectedSeeds() {
      return row.seeds();
    }

    @Override
    public StatisticalSummary summary(Protocol protocol) {
      boolean known = protocol == Protocol.LAST_EPISODES;
      double std = SampleStatistics.stdOfPopulationStd(row.populationStd(), row.seeds());
      return new StatisticalSummaryValues(
          known ? row.mean() : Double.NaN,
          known ? std * std : Double.NaN,
          known ? row.seeds() : 0,
          Double.NaN,
          Double.NaN,
          Double.NaN);
    }

    @Override
    public String version(String software) {
      return "";
    }
  }
}
