package org.ppo4j.agent.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * Records a training in a run folder: the configuration at the start, then episodes, evaluations
 * and TensorBoard's curves, and a summary at the end.
 *
 * <p>When a training is continued, rows, events and checkpoints of later steps are deleted first,
 * and its time continues. The folder of a training that is still running is refused.
 */
public final class RunRecorder implements TrainingListener, Stateful {
  private static final String SECONDS = "run/seconds";
  private static final String HINTS = "run/hints";

  private final RunFolder folder;
  private final InstantSource clock;
  private final List<String> hints = new ArrayList<>();
  private double secondsBefore;
  private @Nullable Instant start;
  private @Nullable Instant lastIteration;
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
    lastIteration = start;
    logs = new RunLogs(folder, start, started.globalStep());
    folder.write(started.config());
  }

  @Override
  public void episode(Episode episode) {
    logs().episode(clock.instant(), episode);
  }

  @Override
  public void iteration(Iteration iteration) {
    Instant now = clock.instant();
    lastIteration = now;
    logs().iteration(now, iteration, seconds(now));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    logs().evaluated(clock.instant(), evaluation);
  }

  @Override
  public void hinted(Hint hint) {
    hints.add(hint.text());
  }

  /** Writes {@code summary.json} and closes the files, whichever of the two fails. */
  @Override
  public void finished(Finished finished) {
    if (logs == null || training == null) {
      return; // the training failed before the recorder was started
    }
    try (RunLogs _ = logs) {
      folder.write(summary(training, finished));
    }
  }

  /**
   * Returns once everything recorded is on the disk. {@link CheckpointFiles} calls it before it
   * writes, so that the files hold at least what the checkpoint continues from.
   */
  public void force() {
    logs().force();
  }

  /**
   * Returns the seconds that the training has taken, without the time between stops and
   * resumptions.
   */
  public double seconds() {
    return seconds(clock.instant());
  }

  @Override
  public void save(TrainingState state) {
    state.put(SECONDS, new double[] {seconds()});
    if (!hints.isEmpty()) {
      state.put(HINTS, String.join("\n", hints).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void restore(TrainingState state) {
    if (state.has(SECONDS)) { // not if the training was saved without a recorder
      secondsBefore = state.doubles(SECONDS, 1)[0];
    }
    if (state.has(HINTS)) {
      hints.addAll(new String(state.bytes(HINTS), StandardCharsets.UTF_8).lines().toList());
    }
  }

  private RunLogs logs() {
    if (logs == null) {
      throw new IllegalStateException("the training has not started");
    }
    return logs;
  }

  private double seconds(Instant now) {
    return start == null
        ? secondsBefore
        : secondsBefore + Duration.between(start, now).toNanos() * 1e-9;
  }

  private static @Nullable String error(@Nullable Throwable failure) {
    if (failure == null) {
      return null;
    }
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  private RunSummary summary(RunningTraining training, Finished finished) {
    RunConfig run = training.config();
    // Up to the last iteration, as the steps are: the last checkpoint is not part of the speed.
    double seconds = lastIteration == null ? secondsBefore : seconds(lastIteration);
    double mean = training.returns().mean();
    return new RunSummary(
        run.env(),
        run.backend(),
        run.engine(),
        run.seed(),
        finished.outcome(),
        error(finished.failure()),
        finished.globalStep(),
        seconds,
        seconds > 0 ? finished.globalStep() / seconds : 0,
        training.returns().episodes(),
        Double.isNaN(mean) ? null : mean,
        hints,
        training.env().versions(),
        Provenance.present());
  }
}
