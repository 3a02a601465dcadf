package org.ppo4j.lab.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunSummary;
import org.ppo4j.agent.tensorboard.EventReader;
import org.ppo4j.agent.tensorboard.EventReader.Scalar;

/** Reads one training: a run folder of ppo4j, a folder of event files, or a CSV file. */
public final class RunReader {
  private static final String RETURNS = "charts/episodic_return";

  /** Beyond it, doubles do not count every step. */
  private static final long MAX_STEP = 1L << 53;

  private static final double SLACK = 1; // seconds that two clocks may differ

  private RunReader() {}

  /** Reads a run folder of ppo4j; flawed if its training failed or did not end. */
  public static SeedRun runFolder(String name, Path path) {
    Path summaryFile = path.resolve("summary.json");
    if (!Files.exists(summaryFile)) {
      return SeedRun.flawed(name, "did not end");
    }
    try {
      RunSummary summary = RunFolder.open(path).summary();
      String flaw =
          switch (summary.outcome()) {
            case FINISHED, SOLVED -> "";
            case STOPPED -> "was stopped after %,d steps".formatted(summary.totalSteps());
            case FAILED -> "failed: " + summary.error();
          };
      if (!flaw.isEmpty()) {
        return SeedRun.flawed(name, flaw);
      }
      Episodes fromCsv = EpisodeCsv.read(path.resolve("episodes.csv"));
      double[] seconds = times(path, fromCsv, summary.wallSeconds());
      Episodes timed = new Episodes(fromCsv.steps(), fromCsv.returns(), seconds);
      Map<String, String> versions = new TreeMap<>(summary.versions());
      versions.put("ppo4j", text(summary));
      versions.put("JDK", summary.provenance().jdk());
      versions.put("OS", summary.provenance().os() + ", " + summary.provenance().arch());
      return checked(new SeedRun(name, timed, returns(path), "", versions));
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return SeedRun.flawed(name, "cannot be read: " + e.getMessage());
    }
  }

  /** Returns the returns of the last policy's evaluation; of length 0 if there is none. */
  private static double[] returns(Path path) {
    return evaluation(path).map(Evaluation::returns).orElseGet(() -> new double[0]);
  }

  /** Returns whether a run folder has an evaluation that is damaged or of an earlier policy. */
  static boolean hasStaleEvaluation(Path path) {
    return Files.exists(path.resolve(Evaluation.FILE)) && evaluation(path).isEmpty();
  }

  private static Optional<Evaluation> evaluation(Path path) {
    return RunFolder.open(path).latestCheckpoint().flatMap(file -> Evaluation.read(path, file));
  }

  private static String text(RunSummary summary) {
    String commit = summary.provenance().gitCommit();
    return summary.provenance().ppo4j() + (commit == null ? "" : " (" + commit + ")");
  }

  /** Reads a training from the event files in a folder, as CleanRL writes them. */
  public static SeedRun eventFolder(String name, Path path) {
    List<Scalar> returns = new ArrayList<>();
    double start = Double.NaN;
    for (Path file : eventFiles(path)) {
      EventReader.Outcome outcome =
          EventReader.read(
              file,
              scalar -> {
                if (scalar.tag().equals(RETURNS)) {
                  returns.add(scalar);
                }
              });
      start = Double.isNaN(start) ? outcome.startTime() : Math.min(start, outcome.startTime());
    }
    returns.sort(Comparator.comparingLong(Scalar::step)); // stable; within one file steps ascend
    double origin = start;
    return checked(
        new SeedRun(
            name,
            new Episodes(
                returns.stream().mapToLong(Scalar::step).toArray(),
                returns.stream().mapToDouble(Scalar::value).toArray(),
                returns.stream().mapToDouble(each -> each.wallTime() - origin).toArray()),
            new double[0],
            "",
            Map.of()));
  }

  /** Reads a training from a CSV file. */
  public static SeedRun csv(String name, Path file) {
    try {
      return checked(new SeedRun(name, EpisodeCsv.read(file), new double[0], "", Map.of()));
    } catch (IllegalArgumentException e) {
      return SeedRun.flawed(name, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * Returns the returns in the {@code evaluation.json} of a peer; of length 0 if there is none.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public static double[] peerEvaluation(Path folder) {
    Path file = folder.resolve(Evaluation.FILE);
    if (!Files.exists(file)) {
      return new double[0];
    }
    try {
      return Json.MAPPER.convertValue(
          Json.MAPPER.readTree(Files.readString(file)).path("returns"), double[].class);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  /** Returns whether a file's name is that of a TensorBoard event file. */
  public static boolean isEventFile(Path file) {
    return file.getFileName().toString().contains(".tfevents.") && Files.isRegularFile(file);
  }

  private static SeedRun checked(SeedRun run) {
    Episodes episodes = run.episodes();
    if (episodes.count() == 0) {
      return run.withFlaw("has no finished episode");
    }
    if (episodes.lastStep() > MAX_STEP) {
      return run.withFlaw(
          "has an episode at step %,d, which no training reaches".formatted(episodes.lastStep()));
    }
    long bad = episodes.notFinite();
    if (bad > 0) {
      return run.withFlaw("has %d episodes whose return is NaN or infinite".formatted(bad));
    }
    if (Arrays.stream(run.evaluation()).anyMatch(each -> !Double.isFinite(each))) {
      return run.withFlaw("has NaN or infinite returns in its evaluation");
    }
    return run;
  }

  /**
   * Returns the times at which the episodes of a run folder ended, from its event file; of length 0
   * if these include the time between a stop and a resumption.
   */
  private static double[] times(Path path, Episodes episodes, double wallSeconds) {
    Episodes events = eventFolder("", path).episodes();
    boolean same = events.count() > 0 && Arrays.equals(events.steps(), episodes.steps());
    boolean unbroken = same && events.seconds()[events.count() - 1] <= wallSeconds + SLACK;
    return unbroken ? events.seconds() : new double[0];
  }

  private static List<Path> eventFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(RunReader::isEventFile).sorted().toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list " + folder, e);
    }
  }
}
