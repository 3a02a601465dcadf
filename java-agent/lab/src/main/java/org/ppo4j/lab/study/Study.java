package org.ppo4j.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ppo4j.lab.compare.Contender;
import org.ppo4j.lab.compare.Published;
import org.ppo4j.lab.compare.Report;
import org.ppo4j.lab.compare.ReportBuilder;
import org.ppo4j.lab.compare.RunFinder;
import org.ppo4j.lab.compare.SeedRun;
import org.ppo4j.lab.compare.Sides;

/** Gathers the sides of a comparison and makes the report of them. Confined to one thread. */
public final class Study {
  private final String env;
  private final String command;
  private final List<String> problems = new ArrayList<>();
  private final List<Contender> others = new ArrayList<>();
  private final List<String> about = new ArrayList<>();
  private boolean sideIsMissing;

  /**
   * @param env the environment's id
   * @param command the command line that repeats the study
   */
  public Study(String env, String command) {
    this.env = env;
    this.command = command;
  }

  /** Adds a sentence about how the trainings were run. */
  public void tell(String sentence) {
    about.add(sentence);
  }

  /** Adds CleanRL's published rows of the environment; says so in the report if there are none. */
  public void againstPublished() {
    List<Published> rows = Published.of(env);
    rows.forEach(row -> others.add(new Contender.Table(row)));
    if (rows.isEmpty()) {
      problems.add("CleanRL has published no PPO result for %s in any version.".formatted(env));
    }
  }

  /**
   * Adds the trainings below {@code path}; says so in the report if there are none.
   *
   * @throws IllegalArgumentException if there is no such path
   */
  public void againstPath(Path path) {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("there is no %s to compare with".formatted(path));
    }
    try {
      others.addAll(RunFinder.find(path, env));
    } catch (IllegalArgumentException e) {
      missing(e.getMessage() + ".");
    }
  }

  /** Adds what a peer was trained for. */
  public void againstPeer(String name, List<Job> jobs, Map<String, String> versions, String note) {
    List<SeedRun> runs = jobs.stream().map(job -> JobResults.peer(job, versions)).toList();
    others.add(new Contender.Trained(name, env, runs, notes(jobs, note)));
  }

  /** Says in the report that a contender could not take part. */
  public void missing(String sentence) {
    problems.add(sentence);
    sideIsMissing = true;
  }

  /** Returns, after a report, whether a side that was asked for has no seed that counts. */
  public boolean lacksSide() {
    return sideIsMissing
        || others.stream()
            .anyMatch(
                each -> each instanceof Contender.Trained trained && trained.counted().isEmpty());
  }

  /** Makes the report, with ppo4j's own trainings as what all others are compared to. */
  public Report report(List<Job> ours) {
    List<SeedRun> runs = ours.stream().map(JobResults::ours).toList();
    return report(new Contender.Trained("ppo4j", env, runs, notes(ours)));
  }

  /**
   * Makes the report of trainings of ppo4j that are there already, by run folders or folders of
   * them.
   *
   * @throws IllegalArgumentException if there are none, or of several profiles
   */
  public Report reportOf(List<Path> runs) {
    return report(RunFinder.ours(runs, env));
  }

  private Report report(Contender.Trained us) {
    sideIsMissing |= us.counted().isEmpty();
    return new ReportBuilder(new Sides(env, command, us, others, problems, about)).build();
  }

  private static List<String> notes(List<Job> jobs, String... more) {
    return Stream.concat(
            Arrays.stream(more), jobs.stream().flatMap(job -> JobResults.history(job).stream()))
        .toList();
  }
}
