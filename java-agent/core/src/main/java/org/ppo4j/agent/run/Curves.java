package org.ppo4j.agent.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.tensorboard.EventWriter;

/** TensorBoard's event file of a training, with CleanRL's names. */
final class Curves implements AutoCloseable {
  private static final Pattern FILE = Pattern.compile("events\\.out\\.tfevents\\..*\\.ppo4j");

  private final EventWriter events;

  private Curves(EventWriter events) {
    this.events = events;
  }

  /**
   * Makes the file in {@code folder}, with the hyperparameters, or continues the newest one at
   * {@code globalStep}.
   */
  static Curves open(
      Path folder, Instant start, long globalStep, RunConfig config, WriteTrouble trouble) {
    Optional<Path> existing = file(folder);
    if (existing.isPresent()) {
      return new Curves(EventWriter.resume(existing.get(), globalStep, start, trouble));
    }
    EventWriter events = EventWriter.create(folder, start, trouble);
    events.hyperparameters(start, config.settings());
    return new Curves(events);
  }

  /** Returns the newest event file in {@code folder}, if there is one. */
  static Optional<Path> file(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list the files in " + folder, e);
    }
  }

  void episode(Instant now, Episode episode) {
    events.scalar(now, episode.globalStep(), "charts/episodic_return", episode.episodicReturn());
    events.scalar(now, episode.globalStep(), "charts/episodic_length", episode.length());
  }

  /** Writes the metrics that are defined, and {@code charts/SPS} if it is finite. */
  void iteration(Instant now, Iteration iteration, double stepsPerSecond) {
    long globalStep = iteration.globalStep();
    for (Map.Entry<String, Double> metric : iteration.metrics().values().entrySet()) {
      if (!Double.isNaN(metric.getValue())) { // TensorBoard shows a NaN as a broken curve
        events.scalar(now, globalStep, metric.getKey(), metric.getValue());
      }
    }
    if (Double.isFinite(stepsPerSecond)) {
      events.scalar(now, globalStep, "charts/SPS", Math.floor(stepsPerSecond));
    }
  }

  void evaluated(Instant now, Evaluation evaluation) {
    events.scalar(
        now, evaluation.globalStep(), "charts/eval_return", evaluation.result().meanReturn());
  }

  void flush() {
    events.flush();
  }

  /** Returns once everything written is on the disk, or cannot be written. */
  void force() {
    events.force();
  }

  @Override
  public void close() {
    events.close();
  }
}
