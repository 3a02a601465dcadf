package org.ppo4j.agent.run;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.metrics.Episode;

/**
 * The files of a run folder that grow: {@code episodes.csv}, {@code evaluations.csv} and
 * TensorBoard's event file, with CleanRL's names. They are flushed once a second, so that a run can
 * be watched.
 */
final class RunLogs implements AutoCloseable {
  private static final String EPISODES_HEADER = "global_step,episodic_return,episodic_length";
  private static final String EVALUATIONS_HEADER =
      "global_step,episodes,mean_return,std_return,mean_length";
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final RunFolder folder;
  private final StepLog episodes;
  private final Curves curves;
  private @Nullable StepLog evaluations;
  private Instant flushed;

  /**
   * Makes the files of {@code folder}, or continues them at {@code globalStep}. The first file is
   * locked before anything in the folder is deleted; checkpoints are deleted before rows, so that
   * no checkpoint is ever ahead of its rows.
   *
   * @throws IllegalArgumentException if another training has the folder, which is unchanged then
   */
  RunLogs(RunFolder folder, Instant start, long globalStep) {
    this.folder = folder;
    flushed = start;
    episodes =
        StepLog.resume(
            folder.episodes(),
            EPISODES_HEADER,
            globalStep > 0 ? globalStep : -1,
            () -> folder.rewind(globalStep));
    curves = Curves.open(folder.path(), start, globalStep);
    if (Files.exists(folder.evaluations())) {
      evaluations = StepLog.resume(folder.evaluations(), EVALUATIONS_HEADER, globalStep, () -> {});
    }
  }

  void episode(Instant now, Episode episode) {
    episodes.row(episode.globalStep(), episode.episodicReturn(), episode.length());
    curves.episode(now, episode);
    flushAfter(now);
  }

  /** Writes all metrics and the steps per second of the whole training. */
  void iteration(Instant now, Iteration iteration, double seconds) {
    curves.iteration(now, iteration, iteration.globalStep() / seconds);
    flushAfter(now);
  }

  void evaluated(Instant now, Evaluation evaluation) {
    if (evaluations == null) {
      evaluations = StepLog.create(folder.evaluations(), EVALUATIONS_HEADER);
    }
    EvaluationResult result = evaluation.result();
    evaluations.row(
        evaluation.globalStep(),
        result.returns().length,
        result.meanReturn(),
        result.stdReturn(),
        result.meanLength());
    curves.evaluated(now, evaluation);
    flushAfter(now);
  }

  /** Returns once everything written is on the disk. */
  void force() {
    episodes.force();
    curves.force();
    if (evaluations != null) {
      evaluations.force();
    }
  }

  @Override
  public void close() {
    try (curves;
        episodes) {
      if (evaluations != null) {
        evaluations.close();
      }
    }
  }

  private void flushAfter(Instant now) {
    if (Duration.between(flushed, now).compareTo(FLUSH_INTERVAL) >= 0) {
      flushed = now;
      episodes.flush();
      curves.flush();
      if (evaluations != null) {
        evaluations.flush();
      }
    }
  }
}
