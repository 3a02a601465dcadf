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
import org.ppo4j.agent.files.FileNames;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.lab.bench.Measurement.Samples;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Round;
import org.ppo4j.lab.peer.PeerException;

/**
 * Runs workloads: every program in a separate process, one after the other, round by round, so that
 * other load on the machine affects all programs alike. A program that fails is left out of further
 * rounds, and its output is kept in {@code failures}; a workload ends if ppo4j's program fails. The
 * results so far are written after every run.
 */
public final class Bench {
  private final int rounds;
  private final String command;
  private final Path out;
  private final Provenance provenance;
  private final PeerInstallations installs;
  private final Consumer<String> progress;
  private final List<WorkloadResult> results = new ArrayList<>();

  /**
   * @param rounds the number of times each program is run
   * @param command the command line that repeats the benchmark
   * @param out the folder for {@code bench.json} and {@code bench.md}
   * @param installs the peers' Pythons
   * @param progress receives a line for each run
   */
  public Bench(
      int rounds, String command, Path out, PeerInstallations installs, Consumer<String> progress) {
    this.rounds = rounds;
    this.command = command;
    this.out = out.toAbsolutePath();
    this.installs = installs;
    this.progress = progress;
    provenance = Provenance.present();
  }

  /**
   * Runs the workloads and returns the measurements.
   *
   * @throws InterruptedException if this JVM is shutting down, or a program was stopped by a signal
   */
  public BenchResult run(List<Workload> workloads) throws InterruptedException {
    try (ChildProcess child = new ChildProcess()) {
      for (Workload workload : workloads) {
        run(workload, child);
      }
    }
    return result();
  }

  private void run(Workload workload, ChildProcess child) throws InterruptedException {
    List<Samples> all = workload.programs().stream().map(Samples::new).toList();
    Samples ours = all.getFirst();
    results.add(result(workload, all));
    for (int round = 1; round <= rounds && !ours.hasFailed(); round++) {
      for (Samples samples : all) {
        if (!samples.hasFailed() && !ours.hasFailed()) {
          runOnce(workload, samples, round, child);
          results.set(results.size() - 1, result(workload, all));
          new BenchReport(result()).write(out);
          progress.accept(
              "%s %d/%d %s: %s"
                  .formatted(
                      workload.name(),
                      round,
                      rounds,
                      samples.program.name(),
                      samples.last(workload.unit())));
        }
      }
    }
  }

  private static WorkloadResult result(Workload workload, List<Samples> all) {
    return WorkloadResult.of(workload, all.stream().map(Samples::result).toList());
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

  private void runOnce(Workload workload, Samples samples, int round, ChildProcess child)
      throws InterruptedException {
    Program program = samples.program;
    Path parent = temporaryFolder();
    Path folder = parent.resolve("round");
    try {
      Files.createDirectory(folder);
      List<String> line = program.command().apply(new Round(folder, round));
      CompletedRun run = child.run(line, program.environment(), folder);
      samples.add(program.reading().apply(run));
    } catch (ProgramException | PeerException e) {
      samples.fail(String.valueOf(e.getMessage()));
      keepOutput(folder, workload, program);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write to " + folder, e);
    } finally {
      delete(parent);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("ppo4j-bench").toRealPath();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot create a temporary folder", e);
    }
  }

  private void keepOutput(Path folder, Workload workload, Program program) {
    String name = FileNames.of(workload.name() + "__" + program.name());
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
      throw IoErrors.unchecked("cannot write to " + failures, e);
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
