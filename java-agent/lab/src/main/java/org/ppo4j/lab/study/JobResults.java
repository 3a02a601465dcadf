package org.ppo4j.lab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.lab.compare.RunReader;
import org.ppo4j.lab.compare.SeedRun;

/** Reads the results of jobs. */
final class JobResults {
  private JobResults() {}

  /** Reads the training of a job of ppo4j, which writes a run folder. */
  static SeedRun ours(Job job) {
    Optional<String> crash = crash(job);
    return crash.isPresent() && !job.isDone()
        ? SeedRun.flawed(name(job), crash.get())
        : RunReader.runFolder(name(job), job.folder());
  }

  /** Returns the name within its side, such as {@code seed 1}. */
  private static String name(Job job) {
    return job.folder().getFileName().toString().replace('_', ' ');
  }

  /** Reads the training of a peer's job from {@code episodes.csv}, otherwise from event files. */
  static SeedRun peer(Job job, Map<String, String> versions) {
    String name = name(job);
    if (!job.isDone()) {
      return SeedRun.flawed(name, crash(job).orElse("did not end"));
    }
    Path csv = job.folder().resolve("episodes.csv");
    SeedRun run =
        Files.exists(csv)
            ? RunReader.csv(name, csv)
            : RunReader.eventFolder(name, folderOfEvents(job.folder()));
    return new SeedRun(
        run.name(), run.episodes(), RunReader.peerEvaluation(job.folder()), run.flaw(), versions);
  }

  /** Returns a clause on the last failed attempt of a job; empty if none failed. */
  static Optional<String> crash(Job job) {
    return lines(job.crash()).reduce((before, after) -> after);
  }

  /** Returns the failed attempts and resumptions of a finished job, in sentences. */
  static List<String> history(Job job) {
    if (!job.isDone()) {
      return List.of();
    }
    return Stream.concat(
            crash(job).map("an earlier attempt %s"::formatted).stream(), lines(job.resumed()))
        .map(clause -> "%s: %s.".formatted(job.name(), clause))
        .toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.isBlank())
          : Stream.empty();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  private static Path folderOfEvents(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> files = tree.filter(RunReader::isEventFile).toList();
      return files.isEmpty() ? folder : files.getFirst().resolveSibling("");
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list " + folder, e);
    }
  }
}
