package org.ppo4j.agent.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.metrics.Episode;

/**
 * The files of a run folder that grow: {@code episodes.csv}, {@code evaluations.csv} and
 * TensorBoard's event file, with CleanRL's names. They are flushed once a second, so that a run can
 * be watched. What cannot be written waits in memory, and is written as soon as a flush succeeds.
 */
final class RunLogs implements AutoCloseable {
  private static final String EPISODES_HEADER = "global_step,episodic_return,episodic_length";
  private static final String EVALUATIONS_HEADER =
      "global_step,episodes,mean_return,std_return,mean_length";
  private static final long FLUSH_NANOS = 1_000_000_000;

  private final RunFolder folder;
  private final WriteTrouble trouble;
  private final LongSupplier nanoTime;
  private final StepLog episodes;
  private final Curves curves;
  private @Nullable StepLog evaluations;
  private long flushed;

  /**
   * Makes the files of {@code folder}, or continues them at {@code globalStep}. The first file is
   * locked before anything in the folder is deleted; checkpoints are deleted before rows, so that
   * no checkpoint is ever ahead of its rows.
   *
   * @param nanoTime the clock of the flushes, as {@link System#nanoTime}
   * @param warnings receives a sentence when files cannot be written, and when they can again
   * @throws IllegalArgumentException if another training has the folder, which is unchanged then
   */
  RunLogs(
      RunFolder folder,
      Instant start,
      LongSupplier nanoTime,
      long globalStep,
      RunConfig config,
      Consumer<String> warnings) {
    this.folder = folder;
    this.nanoTime = nanoTime;
    flushed = nanoTime.getAsLong();
    trouble = new WriteTrouble(warnings, RunRecorder.WAITS);
    reportMissing(globalStep);
    episodes =
        StepLog.resume(
            folder.episodes(),
            EPISODES_HEADER,
            globalStep > 0 ? globalStep : -1,
            () -> folder.rewind(globalStep),
            trouble);
    curves = Curves.open(folder.path(), start, globalStep, config, trouble);
    if (Files.exists(folder.evaluations())) {
      evaluations =
          StepLog.resume(folder.evaluations(), EVALUATIONS_HEADER, globalStep, () -> {}, trouble);
    }
  }

  /** Reports that the episodes up to {@code globalStep} are missing where their curves are not. */
  private void reportMissing(long globalStep) {
    Path file = folder.episodes();
    boolean hasCurves = Curves.file(folder.path()).isPresent();
    if (globalStep > 0 && hasCurves && (!Files.exists(file) || file.toFile().length() == 0)) {
      trouble.say(
          "%s is missing or empty; it starts again after step %d".formatted(file, globalStep));
    }
  }

  void episode(Instant now, Episode episode) {
    episodes.row(episode.globalStep(), episode.episodicReturn(), episode.length());
    curves.episode(now, episode);
    flushIfDue();
  }

  /** Writes all metrics and the steps per second of the whole training. */
  void iteration(Instant now, Iteration iteration, double seconds) {
    curves.iteration(now, iteration, iteration.globalStep() / seconds);
    flushIfDue();
  }

  void evaluated(Instant now, Evaluation evaluation) {
    if (evaluations == null) {
      evaluations = StepLog.create(folder.evaluations(), EVALUATIONS_HEADER, trouble);
    }
    EvaluationResult result = evaluation.result();
    evaluations.row(
        evaluation.globalStep(),
        result.returns().length,
        result.meanReturn(),
        result.stdReturn(),
        result.meanLength());
    curves.evaluated(now, evaluation);
    flushIfDue();
  }

  /** Returns once everything written is on the disk, or cannot be written. */
  void force() {
    episodes.force();
    curves.force();
    if (evaluations != null) {
      evaluations.force();
    }
  }

  /**
   * Writes what waits and closes the files.
   *
   * @throws java.io.UncheckedIOException if one cannot be written
   */
  @Override
  public void close() {
    try (curves;
        episodes) {
      if (evaluations != null) {
        evaluations.close();
      }
    }
  }

  private void flushIfDue() {
    long now = nanoTime.getAsLong();
    if (now - flushed >= FLUSH_NANOS) {
      flushed = now;
      episodes.flush();
      curves.flush();
      if (evaluations != null) {
        evaluations.flush();
      }
    }
  }
}
