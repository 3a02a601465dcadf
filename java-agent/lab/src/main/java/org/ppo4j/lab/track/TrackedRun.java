package org.ppo4j.lab.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.PythonService;
import org.ppo4j.gymnasium.PythonService.MissingModuleException;

/**
 * A training as a run of a {@link Tracker}, whose own Python package sends it: hyperparameters,
 * curves with CleanRL's names, and the outcome.
 *
 * <p>The training does not wait for the service: another thread sends what is there once a second,
 * and the rest at the end. If the service or its process fails, one warning says so, and the
 * training continues without it. A run has at most about {@value #ROWS} rows, each the mean of its
 * iterations and episodes, since a service takes longer for a row than a short iteration does.
 */
public final class TrackedRun implements TrainingListener, AutoCloseable {
  /** The file in the run folder with the run's id, by which a resumed training continues it. */
  public static final String FILE = "tracking.json";

  private static final int ROWS = 1000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long INTERVAL_MILLIS = 1000;

  private final Tracker tracker;
  private final PythonService<TrackerApi> python;
  private final InstantSource clock = InstantSource.system();
  private final LinkedBlockingQueue<List<Object>> rows = new LinkedBlockingQueue<>();
  private final Means means = new Means();
  private Consumer<String> warnings = warning -> {};
  private long iterationsPerRow = 1;
  private long lastStep;
  private volatile boolean isDead;
  private volatile boolean isEnding;
  private @Nullable Thread sender;

  private TrackedRun(Tracker tracker, PythonService<TrackerApi> python) {
    this.tracker = tracker;
    this.python = python;
  }

  /**
   * Starts the Python process of a tracker.
   *
   * @throws IllegalArgumentException if the Python lacks the tracker's package
   */
  public static TrackedRun start(Tracker tracker, Path python) {
    try {
      return new TrackedRun(
          tracker,
          PythonService.start(python, "tracking", List.of(tracker.id()), TrackerApi.class, LIMIT));
    } catch (MissingModuleException e) {
      throw new IllegalArgumentException(
          tracker.python().missing(python, String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * Begins the run, or continues that of the run folder, and returns where it is shown.
   *
   * @param project the project of Weights &amp; Biases or the experiment of MLflow
   * @param entity the user or team of Weights &amp; Biases; null for the user's own
   * @param warnings receives a sentence if the service fails later
   * @throws IllegalArgumentException if the service refuses it or cannot be reached
   */
  public String open(
      String project,
      @Nullable String entity,
      RunConfig config,
      RunFolder folder,
      Consumer<String> warnings) {
    this.warnings = warnings;
    Path file = folder.path().resolve(FILE);
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("project", project);
    request.put("entity", entity);
    request.put("name", folder.path().toAbsolutePath().getFileName().toString());
    request.put("id", id(file));
    request.put("config", config.settings());
    request.put("folder", folder.path().toAbsolutePath().toString());
    String text = written(request);
    JsonNode opened = call(api -> api.open(text));
    write(file, Map.of("tracker", tracker.id(), "id", opened.get("id").asText()));
    return opened.get("at").asText();
  }

  /** Returns the id of the run that the folder has at this tracker; null if it has none. */
  private @Nullable String id(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JsonNode written = Json.MAPPER.readTree(file.toFile());
      return written.path("tracker").asText().equals(tracker.id())
          ? written.path("id").textValue()
          : null;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read (%s); delete it, and the training becomes a new run of %s"
              .formatted(file, e.getMessage(), tracker.title()),
          e);
    }
  }

  private static void write(Path file, Map<String, Object> content) {
    try {
      Files.writeString(file, written(content) + System.lineSeparator());
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  @Override
  public void started(RunningTraining training) {
    lastStep = training.globalStep();
    long batch = training.config().hyperparameters().batchSize();
    iterationsPerRow = Math.max(1, training.totalSteps() / batch / ROWS);
    sender = Thread.ofPlatform().daemon().name("ppo4j-tracking").start(this::sendUntilEnd);
  }

  @Override
  public void episode(Episode episode) {
    means.add("charts/episodic_return", episode.episodicReturn());
    means.add("charts/episodic_length", episode.length());
  }

  @Override
  public void iteration(Iteration iteration) {
    iteration.metrics().values().forEach(means::add);
    lastStep = iteration.globalStep();
    if (iteration.number() % iterationsPerRow == 0) {
      row(lastStep, means.take());
    }
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    row(evaluation.globalStep(), Map.of("charts/eval_return", evaluation.result().meanReturn()));
  }

  private void row(long step, Map<String, Double> values) {
    if (!isDead && !values.isEmpty()) {
      rows.add(List.of(step, clock.millis(), values));
    }
  }

  private void sendUntilEnd() {
    while (!isEnding && !isDead) {
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException _) {
        // the end, which is sent as well
      }
      send();
    }
  }

  private void send() {
    List<List<Object>> some = new ArrayList<>();
    rows.drainTo(some);
    if (!some.isEmpty() && !isDead) {
      attempt(api -> api.log(written(some)));
    }
  }

  /** Sends the rest; returns once the service has it, or does not reply within a limit. */
  @Override
  public void finished(Finished finished) {
    Thread running = sender;
    if (running == null) {
      return; // the training failed before it started
    }
    row(lastStep, means.take());
    isEnding = true;
    running.interrupt();
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    send();
    if (!isDead) {
      Map<String, Object> summary =
          Map.of(
              "outcome", finished.outcome().name().toLowerCase(Locale.ROOT),
              "global_step", finished.globalStep());
      attempt(api -> api.close(written(summary), finished.outcome() != Outcome.FAILED));
    }
  }

  /** Makes a call; after a failure the run is dead. */
  private void attempt(Function<TrackerApi, String> call) {
    try {
      call(call);
    } catch (EnvException | IllegalArgumentException e) {
      isDead = true;
      rows.clear();
      warnings.accept(
          "Warning: %s; the training continues, and the rest of it is not sent to %s"
              .formatted(e.getMessage(), tracker.title()));
    }
  }

  private JsonNode call(Function<TrackerApi, String> call) {
    JsonNode reply;
    try {
      reply = Json.MAPPER.readTree(python.call(call));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tracker's process sent a reply that is not JSON", e);
    }
    if (reply.has("error")) {
      throw new IllegalArgumentException(
          "%s failed: %s".formatted(tracker.title(), reply.get("error").asText()));
    }
    return reply;
  }

  private static String written(Object json) {
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the Python process. */
  @Override
  public void close() {
    python.close();
  }
}
