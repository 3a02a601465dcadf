package org.ppo4j.agent.run;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.tensorboard.EventWriter;

/**
 * The files of a run folder that grow: {@code episodes.csv}, {@code evaluations.csv} and
 * TensorBoard's event file, under CleanRL's names. They are flushed once a second, so that a run
 * can be watched.
 */
final class RunLogs implements AutoCloseable {
  private static final String EPISODES_HEADER = "global_step,episodic_return,episodic_length";
  private static final String EVALUATIONS_HEADER =
      "global_step,episodes,mean_return,std_return,mean_length";
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final RunFolder folder;
  private final StepLog episodes;
  private final EventWriter events;
  private @Nullable StepLog evaluations;
  private Instant flushed;

  /** Makes the files of {@code folder}, or continues them at {@code globalStep}. */
  RunLogs(RunFolder folder, Instant start, long globalStep) {
    this.folder = folder;
    flushed = start;
    episodes =
        globalStep > 0 && Files.exists(folder.episodes())
            ? StepLog.resume(folder.episodes(), EPISODES_HEADER, globalStep)
            : StepLog.create(folder.episodes(), EPISODES_HEADER);
    events =
        folder
            .eventFile()
            .map(file -> EventWriter.resume(file, globalStep))
            .orElseGet(() -> EventWriter.create(folder.path(), start));
    if (Files.exists(folder.evaluations())) {
      evaluations = StepLog.resume(folder.evaluations(), EVALUATIONS_HEADER, globalStep);
    }
  }

  void episode(Instant now, Episode episode) {
    episodes.row(episode.globalStep(), episode.episodicReturn(), episode.length());
    events.scalar(now, episode.globalStep(), "charts/episodic_return", episode.episodicReturn());
    events.scalar(now, episode.globalStep(), "charts/episodic_length", episode.length());
    flushAfter(now);
  }

  /** Writes all metrics and, as {@code charts/SPS}, the steps per second of the whole training. */
  void iteration(Instant now, Iteration iteration, double seconds) {
    long globalStep = iteration.globalStep();
    for (Map.Entry<String, Double> metric : iteration.metrics().values().entrySet()) {
      events.scalar(now, globalStep, metric.getKey(), metric.getValue());
    }
    if (seconds > 0) {
      events.scalar(now, globalStep, "charts/SPS", Math.floor(globalStep / seconds));
    }
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
    events.scalar(now, evaluation.globalStep(), "charts/eval_return", result.meanReturn());
    flushAfter(now);
  }

  /** Returns once everything written is on the disk. */
  void force() {
    episodes.force();
    events.force();
    if (evaluations != null) {
      evaluations.force();
    }
  }

  @Override
  public void close() {
    try (events;
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
      events.flush();
      if (evaluations != null) {
        evaluations.flush();
      }
    }
  }
}
