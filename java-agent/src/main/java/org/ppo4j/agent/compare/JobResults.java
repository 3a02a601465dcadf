package org.ppo4j.agent.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what jobs left. */
final class JobResults {
  private JobResults() {}

  /** Returns the training of a job that fills a run folder. */
  static SeedRun ours(Job job) {
    Optional<String> crash = crash(job);
    return crash.isPresent() && !job.isDone()
        ? SeedRun.flawed(job.name(), crash.get())
        : RunReader.runFolder(job.name(), job.folder());
  }

  /** Returns the training of a peer's job, from {@code episodes.csv} or else from event files. */
  static SeedRun peer(Job job, Map<String, String> versions) {
    if (!job.isDone()) {
      return SeedRun.flawed(job.name(), crash(job).orElse("did not end"));
    }
    Path csv = job.folder().resolve("episodes.csv");
    SeedRun run =
        Files.exists(csv)
            ? RunReader.csv(job.name(), csv)
            : RunReader.eventFolder(job.name(), folderOfEvents(job.folder()));
    return new SeedRun(
        run.name(), run.episodes(), RunReader.evaluation(job.folder()), run.flaw(), versions);
  }

  /** Returns what the last failed attempt of a job came to, in a clause. */
  static Optional<String> crash(Job job) {
    try {
      return Files.exists(job.crash())
          ? Optional.of(Files.readAllLines(job.crash()).getLast())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(job.crash(), e), e);
    }
  }

  private static Path folderOfEvents(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> files = tree.filter(RunReader::isEventFile).toList();
      return files.isEmpty() ? folder : files.getFirst().resolveSibling("");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into %s: %s".formatted(folder, e), e);
    }
  }
}
