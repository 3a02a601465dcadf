package org.ppo4j.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.files.IoFailure;
import org.ppo4j.lab.peer.PeerException;

/**
 * Runs works: every program in a process of its own, one after the other, round by round, so that
 * what the machine does meanwhile meets all of them alike. A program that fails is left out of
 * further rounds and what it printed is kept in {@code failures}; without ours a work is over. The
 * results so far are written after every run.
 */
public final class Bench {
  private final int rounds;
  private final String command;
  private final Path out;
  private final Provenance provenance;
  private final Installs installs;
  private final Consumer<String> progress;
  private final List<WorkResult> results = new ArrayList<>();

  /**
   * @param rounds how often each program is run
   * @param command the command line that repeats this
   * @param out where {@code bench.json} and {@code bench.md} go
   * @param installs the peers' Pythons
   * @param progress receives a line for each run
   */
  public Bench(
      int rounds,
      String command,
      Path out,
      Installs installs,
      Consumer<String> progress) {
    this.rounds = rounds;
    this.command = command;
    this.out = out.toAbsolutePath();
    this.installs = installs;
    this.progress = progress;
    provenance = Provenance.present();
  }

  /**
   * Does the works and returns what was measured.
   *
   * @throws InterruptedException if it was stopped
   */
  public BenchResult run(List<Work> works) throws InterruptedException {
    try (ChildProcess child = new ChildProcess()) {
      for (Work work : works) {
        run(work, child);
      }
    }
    return result();
  }

  private void run(Work work, ChildProcess child) throws InterruptedException {
    List<Tally> tallies = work.programs().stream().map(Tally::new).toList();
    Tally ours = tallies.getFirst();
    results.add(result(work, tallies));
    for (int round = 1; round <= rounds && !ours.hasFailed(); round++) {
      for (Tally tally : tallies) {
        if (!tally.hasFailed() && !ours.hasFailed()) {
          runOnce(work, tally, round, child);
          results.set(results.size() - 1, result(work, tallies));
          new BenchReport(result()).write(out);
          progress.accept(
              "%s %d/%d %s: %s"
                  .formatted(
                      work.name(), round, rounds, tally.program.name(), tally.last(work.unit())));
        }
      }
    }
  }

  private static WorkResult result(Work work, List<Tally> tallies) {
    return WorkResult.of(work, tallies.stream().map(Tally::result).toList());
  }

  private BenchResult result() {
    return new BenchResult(
        provenance,
        Machine.processor(),
        Runtime.getRuntime().availableProcessors(),
        command,
        rounds,
        installs.versions(),
        results);
  }

  private void runOnce(Work work, Tally tally, int round, ChildProcess child)
      throws InterruptedException {
    Program program = tally.program;
    Path parent = temporaryFolder();
    Path folder = parent.resolve("turn");
    try {
      Files.createDirectory(folder);
      List<String> line = program.command().apply(new Turn(folder, round));
      Finished finished = child.run(line, program.environment(), folder);
      tally.add(program.reading().apply(finished));
    } catch (ProgramException | PeerException e) {
      tally.fail(String.valueOf(e.getMessage()));
      keepOutput(folder, work, program);
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot write to " + folder, e);
    } finally {
      delete(parent);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("ppo4j-bench").toRealPath();
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot make a temporary folder", e);
    }
  }

  private void keepOutput(Path folder, Work work, Program program) {
    String name = (work.name() + "__" + program.name()).replaceAll("[^A-Za-z0-9._-]+", "_");
    Path failures = out.resolve("failures");
    try {
      Files.createDirectories(failures);
      for (String stream : List.of("stdout", "stderr")) {
        Path file = folder.resolve(stream + ".txt");
        if (Files.exists(file)) {
          Path kept = failures.resolve("%s.%s.txt".formatted(name, stream));
          Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot write to " + failures, e);
    }
  }

  private void delete(Path folder) {
    try {
      FileUtils.deleteDirectory(folder.toFile());
    } catch (IOException e) {
      progress.accept("cannot delete %s: %s".formatted(folder, e));
    }
  }
}
