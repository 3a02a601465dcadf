package org.ppo4j.agent.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * Records a training in a run folder: the configuration at the start, then episodes, evaluations
 * and TensorBoard's curves, and a summary at the end.
 *
 * <p>When a training is continued, rows, events and checkpoints of later steps are deleted first,
 * and its time continues. The folder of a training that is still running is refused.
 *
 * <p>While episodes, evaluations and curves cannot be written, because the disk is full, for
 * example, they wait in memory and the training continues; a warning says so, another one when they
 * are written again. If the last attempt fails too, {@link #finished} throws.
 */
public final class RunRecorder implements TrainingListener, Stateful {
  /** The end of the warning on rows and curves. */
  static final String WAITS =
      "the training continues, and rows and curves wait in memory until they can be written";

  private static final String SECONDS = "run/seconds";
  private static final String HINTS = "run/hints";
  private static final String RESTARTS = "run/worker_restarts";

  private final RunFolder folder;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Consumer<String> warnings;
  private final List<String> hints = new ArrayList<>();
  private double secondsBefore;
  private long restartsBefore;
  private long restarts;
  private boolean isStarted;
  private long start; // as System.nanoTime, like the next one
  private long lastIteration;
  private @Nullable RunningTraining training;
  private @Nullable RunLogs logs;

  /** Records to {@code folder}; warnings go to the log. */
  public RunRecorder(RunFolder folder) {
    this(folder, InstantSource.system(), System::nanoTime, WriteTrouble.log());
  }

  /**
   * Returns a recorder to {@code folder}.
   *
   * @param warnings receives a sentence when files cannot be written, and when they can again
   */
  public static RunRecorder withWarnings(RunFolder folder, Consumer<String> warnings) {
    return new RunRecorder(folder, InstantSource.system(), System::nanoTime, warnings);
  }

  /** Records to {@code folder}, with times and durations from {@code clock}. */
  public RunRecorder(RunFolder folder, InstantSource clock) {
    this(
        folder,
        clock,
        () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos(),
        WriteTrouble.log());
  }

  /**
   * Records to {@code folder}. The times of events come from {@code clock}, which may be set while
   * the training runs, and durations from {@code nanoTime}.
   */
  RunRecorder(
      RunFolder folder, InstantSource clock, LongSupplier nanoTime, Consumer<String> warnings) {
    this.folder = folder;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.warnings = warnings;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    start = nanoTime.getAsLong();
    lastIteration = start;
    isStarted = true;
    logs =
        new RunLogs(
            folder, clock.instant(), nanoTime, started.globalStep(), started.config(), warnings);
    folder.write(started.config());
  }

  @Override
  public void episode(Episode episode) {
    logs().episode(clock.instant(), episode);
  }

  @Override
  public void iteration(Iteration iteration) {
    if (iteration.metrics().has("charts/worker_restarts")) {
      restarts = (long) iteration.metrics().get("charts/worker_restarts");
    }
    lastIteration = nanoTime.getAsLong();
    logs().iteration(clock.instant(), iteration, seconds(lastIteration));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    logs().evaluated(clock.instant(), evaluation);
  }

  @Override
  public void hinted(Hint hint) {
    hints.add(hint.text());
  }

  /**
   * Writes what waits and then {@code summary.json}, whichever of the two fails.
   *
   * @throws java.io.UncheckedIOException if something cannot be written; the summary, if it can be
   *     written, has the outcome FAILED then
   */
  @Override
  public void finished(Finished finished) {
    if (logs == null || training == null) {
      return; // the training failed before the recorder was started
    }
    try {
      logs.close();
    } catch (RuntimeException e) {
      try {
        folder.write(summary(training, finished.failure() == null ? finished.failed(e) : finished));
      } catch (RuntimeException ofSummary) {
        e.addSuppressed(ofSummary);
      }
      throw e;
    }
    folder.write(summary(training, finished));
  }

  /**
   * Returns once everything recorded is on the disk, or cannot be written. {@link CheckpointFiles}
   * calls it before it writes, so that the files hold at least what the checkpoint continues from.
   */
  public void force() {
    logs().force();
  }

  /**
   * Returns the seconds that the training has taken, without the time between stops and
   * resumptions.
   */
  public double seconds() {
    return seconds(nanoTime.getAsLong());
  }

  @Override
  public void save(TrainingState state) {
    state.put(SECONDS, new double[] {seconds()});
    if (restartsBefore + restarts > 0) {
      state.put(RESTARTS, new long[] {restartsBefore + restarts});
    }
    if (!hints.isEmpty()) {
      state.put(HINTS, String.join("\n", hints).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void restore(TrainingState state) {
    if (state.has(SECONDS)) { // not if the training was saved without a recorder
      secondsBefore = state.doubles(SECONDS, 1)[0];
    }
    if (state.has(RESTARTS)) {
      restartsBefore = state.longs(RESTARTS)[0];
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

  private double seconds(long now) {
    return isStarted ? secondsBefore + (now - start) * 1e-9 : secondsBefore;
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
    double seconds = seconds(lastIteration);
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
        restartsBefore + restarts,
        hints,
        training.env().versions(),
        Provenance.present());
  }
}
