package org.ppo4j.agent.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * Fills a run folder with what a training reports: the configuration at the start, episodes,
 * evaluations and TensorBoard's curves on the way, a summary at the end.
 *
 * <p>In a continued training, the folder's rows and events of later steps are dropped, and the
 * training's time runs on.
 */
public final class RunRecorder implements TrainingListener, Stateful {
  private final RunFolder folder;
  private final InstantSource clock;
  private double secondsBefore;
  private @Nullable Instant start;
  private @Nullable RunningTraining training;
  private @Nullable RunLogs logs;

  /** Records to {@code folder}. */
  public RunRecorder(RunFolder folder) {
    this(folder, InstantSource.system());
  }

  /** Records to {@code folder}, with times from {@code clock}. */
  public RunRecorder(RunFolder folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    start = clock.instant();
    folder.rewind(started.globalStep());
    folder.write(started.config());
    logs = new RunLogs(folder, start, started.globalStep());
  }

  @Override
  public void episode(Episode episode) {
    logs().episode(clock.instant(), episode);
  }

  @Override
  public void iteration(Iteration iteration) {
    Instant now = clock.instant();
    logs().iteration(now, iteration, seconds(now));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    logs().evaluated(clock.instant(), evaluation);
  }

  /** Writes {@code summary.json} and closes the files, whichever of the two fails. */
  @Override
  public void finished(Finished finished) {
    if (logs == null || training == null) {
      return; // the training failed before it started
    }
    try (RunLogs _ = logs) {
      folder.write(summary(training, finished));
    }
  }

  /**
   * Returns once everything reported is on the disk. Due before a checkpoint, so that the files
   * hold at least what the checkpoint continues from.
   */
  public void force() {
    logs().force();
  }

  /** Returns the seconds that the training has taken, over all its stops and resumptions. */
  public double seconds() {
    return seconds(clock.instant());
  }

  @Override
  public void save(TrainingState state) {
    state.put("run/seconds", new double[] {seconds()});
  }

  @Override
  public void restore(TrainingState state) {
    secondsBefore = state.doubles("run/seconds")[0];
  }

  private RunLogs logs() {
    if (logs == null) {
      throw new IllegalStateException("the recorder has not heard of the training's start");
    }
    return logs;
  }

  private double seconds(Instant now) {
    return start == null
        ? secondsBefore
        : secondsBefore + Duration.between(start, now).toNanos() * 1e-9;
  }

  private RunSummary summary(RunningTraining training, Finished finished) {
    RunConfig run = training.config();
    double seconds = seconds();
    double mean = training.returns().mean();
    RuntimeException failure = finished.failure();
    return new RunSummary(
        run.env(),
        run.backend(),
        run.engine(),
        run.seed(),
        finished.outcome(),
        failure == null ? null : failure.getMessage(),
        finished.globalStep(),
        seconds,
        finished.globalStep() / seconds,
        training.returns().episodes(),
        Double.isNaN(mean) ? null : mean,
        training.env().versions(),
        Provenance.present());
  }
}
