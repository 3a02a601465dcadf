package org.ppo4j.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ppo4j.lab.compare.ComparisonInput;
import org.ppo4j.lab.compare.Contender;
import org.ppo4j.lab.compare.Published;
import org.ppo4j.lab.compare.Report;
import org.ppo4j.lab.compare.ReportBuilder;
import org.ppo4j.lab.compare.RunFinder;
import org.ppo4j.lab.compare.SeedRun;

/** Collects the contenders of a comparison and builds its report. Confined to one thread. */
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
  public void describe(String sentence) {
    about.add(sentence);
  }

  /** Adds CleanRL's published rows of the environment; the report says if there are none. */
  public void againstPublished() {
    List<Published> rows = Published.of(env);
    rows.forEach(row -> others.add(new Contender.Table(row)));
    if (rows.isEmpty()) {
      problems.add("CleanRL has published no PPO result for %s in any version.".formatted(env));
    }
  }

  /**
   * Adds the trainings below {@code path}; the report says if there are none.
   *
   * @throws IllegalArgumentException if the path does not exist
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

  /** Adds the trainings of a peer. */
  public void againstPeer(String name, List<Job> jobs, Map<String, String> versions, String note) {
    List<SeedRun> runs = jobs.stream().map(job -> JobResults.peer(job, versions)).toList();
    others.add(new Contender.Trained(name, env, runs, notes(jobs, note)));
  }

  /** Adds trainings of ppo4j with other options. */
  public void againstOurs(String name, List<Job> jobs) {
    others.add(ours(name, jobs));
  }

  /** Adds a sentence to the report that says why a contender is missing. */
  public void missing(String sentence) {
    problems.add(sentence);
    sideIsMissing = true;
  }

  /** Returns, after a report, whether a requested side has no seed that counts. */
  public boolean lacksSide() {
    return sideIsMissing
        || others.stream()
            .anyMatch(
                each -> each instanceof Contender.Trained trained && trained.counted().isEmpty());
  }

  /**
   * Builds the report.
   *
   * @param name the name of the side that all others are compared with
   * @param jobs its trainings
   */
  public Report report(String name, List<Job> jobs) {
    return report(ours(name, jobs));
  }

  private Contender.Trained ours(String name, List<Job> jobs) {
    List<SeedRun> runs = jobs.stream().map(JobResults::ours).toList();
    return new Contender.Trained(name, env, runs, notes(jobs));
  }

  /**
   * Builds the report of existing trainings of ppo4j, given as run folders or folders that contain
   * them.
   *
   * @throws IllegalArgumentException if there are none, or if they have several profiles
   */
  public Report reportOf(List<Path> runs) {
    return report(RunFinder.ours(runs, env));
  }

  private Report report(Contender.Trained us) {
    sideIsMissing |= us.counted().isEmpty();
    return new ReportBuilder(new ComparisonInput(env, command, us, others, problems, about))
        .build();
  }

  private static List<String> notes(List<Job> jobs, String... more) {
    return Stream.concat(
            Arrays.stream(more), jobs.stream().flatMap(job -> JobResults.history(job).stream()))
        .toList();
  }
}
