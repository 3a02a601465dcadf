package org.ppo4j.lab.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.gymnasium.PythonService;
import org.ppo4j.gymnasium.PythonService.MissingModuleException;
import org.ppo4j.lab.tune.StudyTrial.State;

/**
 * A study of Optuna in an SQLite file, which another process of Python reads and writes. One search
 * at a time has it. May be used by several threads.
 */
public final class OptunaStudy implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path file;
  private final FileChannel lock;
  private final PythonService<OptunaApi> python;

  /** A sampler of Optuna. */
  public enum Sampler {
    /** Tree-structured Parzen estimator (Bergstra et al. 2011). */
    TPE,
    /** Covariance matrix adaptation (Hansen 2016); draws choices at random. */
    CMAES,
    /** Independent draws. */
    RANDOM
  }

  /**
   * A study to open or make.
   *
   * @param file its file
   * @param definition what it searches, by name; a study with another one is refused
   * @param space the distributions
   * @param sampler what draws parameters
   * @param seed the sampler's seed
   * @param firstRung the environment steps after which trials are first pruned; null for no pruning
   * @param start the parameters of the first trial; those that are missing are drawn
   */
  public record Request(
      Path file,
      Map<String, Object> definition,
      SearchSpace space,
      Sampler sampler,
      long seed,
      @Nullable Long firstRung,
      Map<String, Object> start) {}

  /** How a trial ended. */
  enum Ending {
    COMPLETE,
    PRUNED,
    FAILED,
    INTERRUPTED
  }

  /** A trial to run, and its parameters. */
  record Asked(int number, Map<String, JsonNode> params) {}

  private OptunaStudy(Path file, FileChannel lock, PythonService<OptunaApi> python) {
    this.file = file;
    this.lock = lock;
    this.python = python;
  }

  /**
   * Opens or makes a study. Trials that an earlier search left running are failed, and will be
   * tried again.
   *
   * @throws IllegalArgumentException if Optuna is missing, or the file is in use, damaged, or a
   *     study of something else
   */
  public static OptunaStudy open(Path python, Request request) {
    PythonService<OptunaApi> service;
    try {
      service = PythonService.start(python, "tuning", OptunaApi.class, LIMIT);
    } catch (MissingModuleException e) {
      throw new IllegalArgumentException(
          OptunaPython.TOOL.missing(python, String.valueOf(e.getMessage())), e);
    }
    try {
      OptunaStudy study = new OptunaStudy(request.file, lock(request.file), service);
      try {
        study.open(request);
        return study;
      } catch (RuntimeException e) {
        close(study.lock);
        throw e;
      }
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  /**
   * Locks the file, as a byte that SQLite does not lock, until the channel is closed; makes it if
   * there is none.
   */
  private static FileChannel lock(Path file) {
    FileChannel channel = null;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // a search of this JVM has it
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot use the study " + file, e);
    }
    close(channel);
    throw new IllegalArgumentException(
        "another search is running with the study %s; wait for its end or choose another --study"
            .formatted(file));
  }

  private void open(Request request) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file.toAbsolutePath().toString());
    json.put("definition", request.definition);
    json.put("space", request.space.distributions());
    json.put("sampler", request.sampler.name().toLowerCase(Locale.ROOT));
    json.put("seed", request.seed);
    json.put("pruner", request.firstRung);
    json.put("start", request.start);
    String text = written(json);
    call(api -> api.open(text));
  }

  /** Begins a trial. */
  Asked ask() {
    return Json.MAPPER.convertValue(call(OptunaApi::ask), Asked.class);
  }

  /** Records a figure of a running trial; returns whether to prune it. */
  boolean report(int number, long step, double figure) {
    return call(api -> api.report(number, step, figure)).asBoolean();
  }

  /**
   * Ends a trial.
   *
   * @param figure the figure of a complete one
   */
  void tell(int number, Ending ending, double figure, Map<String, Object> attributes) {
    String outcome =
        written(
            Map.of(
                "state",
                ending.name().toLowerCase(Locale.ROOT),
                "value",
                figure,
                "attributes",
                attributes));
    call(api -> api.tell(number, outcome));
  }

  /** Returns all trials that have begun, by number. */
  public List<StudyTrial> trials() {
    return Arrays.asList(Json.MAPPER.convertValue(call(OptunaApi::trials), StudyTrial[].class));
  }

  /** Returns the best of the complete trials. */
  public static Optional<StudyTrial> best(List<StudyTrial> trials) {
    return trials.stream()
        .filter(each -> each.state() == State.COMPLETE)
        .max(Comparator.comparingDouble(StudyTrial::lastFigure));
  }

  /** Returns each parameter's share of the differences; empty if few trials are complete. */
  public Map<String, Double> importance() {
    return Json.MAPPER.convertValue(call(OptunaApi::importance), new TypeReference<>() {});
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  private JsonNode call(Function<OptunaApi, String> call) {
    JsonNode reply;
    try {
      reply = Json.MAPPER.readTree(python.call(call));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Optuna's process sent a reply that is not JSON", e);
    }
    if (reply.has("error")) {
      throw new IllegalArgumentException(
          "the study %s cannot be used: %s; choose another --study"
              .formatted(file, reply.get("error").asText()));
    }
    return reply;
  }

  private static String written(Map<String, Object> json) {
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends Python, and lets other processes have the study. */
  @Override
  public void close() {
    python.close();
    close(lock);
  }

  private static void close(@Nullable FileChannel lock) {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot close the lock of a study", e);
    }
  }
}
