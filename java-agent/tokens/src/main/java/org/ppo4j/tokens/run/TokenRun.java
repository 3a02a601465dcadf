package org.ppo4j.tokens.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.tensorboard.EventWriter;
import org.ppo4j.tokens.files.AdapterFolder;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.files.SafeTensors;
import org.ppo4j.tokens.model.Adapters;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.train.TokenTrainer;

/**
 * The folder of one training of a language model:
 *
 * <pre>
 * config.json                    what the user decided, {@link TokenRunConfig}
 * events.out.tfevents...         curves for TensorBoard, {@link EventWriter}
 * checkpoints/step_N.safetensors the training after N steps; the last two are kept
 * model/                         the trained model in Hugging Face's files; written last
 * adapter/                       its adapters in PEFT's files, if there are any
 * </pre>
 */
public final class TokenRun {
  private static final String CONFIG = "config.json";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String STEP = "step_";
  private static final String ENDING = ".safetensors";
  private static final int KEPT = 2;

  private final Path path;
  private final TokenRunConfig config;

  private TokenRun(Path path, TokenRunConfig config) {
    this.path = path;
    this.config = config;
  }

  /**
   * Makes the folder of a new training.
   *
   * @throws IllegalArgumentException if there is something in it
   */
  public static TokenRun create(Path path, TokenRunConfig config) {
    try {
      if (Files.exists(path)) {
        boolean isFolder = Files.isDirectory(path);
        if (!isFolder || isFilled(path)) {
          throw new IllegalArgumentException(
              "the run folder %s is %s; choose another"
                  .formatted(path, isFolder ? "not empty" : "a file"));
        }
      }
      Files.createDirectories(path.resolve(CHECKPOINTS));
      byte[] json = Json.MAPPER.writeValueAsBytes(config);
      AtomicFile.write(path.resolve(CONFIG), out -> out.write(json));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the run folder " + path, e);
    }
    return new TokenRun(path, config);
  }

  private static boolean isFilled(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }

  /**
   * Opens the folder of a training.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static TokenRun open(Path path) {
    Path file = path.resolve(CONFIG);
    try {
      return new TokenRun(
          path, Json.MAPPER.readValue(Files.readAllBytes(file), TokenRunConfig.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not the configuration of a training of tokens: %s"
              .formatted(file, e.getOriginalMessage()));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  /** Returns the folder. */
  public Path path() {
    return path;
  }

  /** Returns what the user decided. */
  public TokenRunConfig config() {
    return config;
  }

  /** Returns the folder of the trained model. */
  public Path model() {
    return path.resolve("model");
  }

  /** Is notified of each step. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Receives the numbers of a step.
     *
     * @param step the number of steps so far
     * @return whether to stop, after a checkpoint
     */
    boolean step(int step, int steps, Map<String, Double> metrics);
  }

  /**
   * Trains to the end, from the last checkpoint if there is one, and writes the model.
   *
   * @return whether the training reached its end
   * @throws IllegalArgumentException if another training is running in the folder
   */
  public boolean train(TokenTraining training, Progress progress) {
    try (FileChannel _ = lock()) {
      return trainLocked(training, progress);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot close " + path.resolve(CONFIG), e);
    }
  }

  /** Opens and locks {@code config.json}. */
  private FileChannel lock() {
    Path file = path.resolve(CONFIG);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      AppendedFile.lock(channel, path.toString());
      return channel;
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot open " + file, e);
    }
  }

  private boolean trainLocked(TokenTraining training, Progress progress) {
    TokenTrainer trainer = training.trainer();
    int step = restore(trainer);
    try (EventWriter events = events(step)) {
      if (step == 0) {
        write(events, 0, evaluate(training, 0));
      }
      while (step < trainer.steps()) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        trainer.step(step).forEach((name, value) -> metrics.put("train/" + name, value));
        step++;
        metrics.putAll(evaluate(training, step));
        write(events, step, metrics);
        boolean isLast = step == trainer.steps();
        boolean stop = progress.step(step, trainer.steps(), metrics);
        if (isLast || stop || step % config.saveSteps() == 0) {
          events.force();
          save(trainer, step);
        }
        if (stop && !isLast) {
          return false;
        }
      }
    }
    ModelFolder source = ModelFolder.open(Path.of(config.model()));
    Adapters adapters = trainer.model().adapters();
    if (adapters != null) {
      boolean gpt2 = trainer.model().config().architecture() == Architecture.GPT2;
      AdapterFolder.save(adapters, gpt2, source.path(), path.resolve("adapter"));
    }
    ModelFolder.save(trainer.model(), source.tokenizer(), model());
    return true;
  }

  private static Map<String, Double> evaluate(TokenTraining training, int step) {
    Evaluation evaluation = training.evaluation();
    return evaluation != null && evaluation.isDue(step, training.trainer().steps())
        ? evaluation.run()
        : Map.of();
  }

  private static void write(EventWriter events, int step, Map<String, Double> metrics) {
    Instant now = Instant.now();
    metrics.forEach((name, value) -> events.scalar(now, step, name, value));
  }

  private EventWriter events(int step) {
    WriteTrouble trouble = new WriteTrouble(WriteTrouble.log(), "what is missing waits in memory");
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> begun =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith("events."))
              .findFirst();
      return begun.isPresent()
          ? EventWriter.resume(begun.get(), step, Instant.now(), trouble)
          : EventWriter.create(path, Instant.now(), trouble);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path, e);
    }
  }

  private void save(TokenTrainer trainer, int step) {
    TrainingState state = new TrainingState();
    trainer.save(state);
    List<SafeTensors.Written> arrays =
        state.arrays().entrySet().stream()
            .map(
                entry ->
                    new SafeTensors.Written(
                        entry.getKey(),
                        List.of(Array.getLength(entry.getValue())),
                        entry.getValue(),
                        0))
            .toList();
    SafeTensors.write(file(step), Map.of("step", String.valueOf(step)), arrays);
    List<Integer> all = checkpoints();
    for (int old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      try {
        Files.deleteIfExists(file(old));
      } catch (IOException e) {
        throw IoErrors.unchecked("cannot delete " + file(old), e);
      }
    }
  }

  private Path file(int step) {
    return path.resolve(CHECKPOINTS).resolve(STEP + step + ENDING);
  }

  /** Returns the steps of all checkpoints, from the first on. */
  private List<Integer> checkpoints() {
    try (Stream<Path> files = Files.list(path.resolve(CHECKPOINTS))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches(STEP + "\\d{1,9}" + ENDING))
          .map(name -> Integer.valueOf(name.substring(STEP.length(), name.indexOf('.'))))
          .sorted(Comparator.naturalOrder())
          .toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path.resolve(CHECKPOINTS), e);
    }
  }

  /** Restores the last checkpoint; returns its step, or 0 if there is none. */
  private int restore(TokenTrainer trainer) {
    List<Integer> all = checkpoints();
    if (all.isEmpty()) {
      return 0;
    }
    SafeTensors file = SafeTensors.open(file(all.getLast()));
    TrainingState state = new TrainingState();
    for (String name : file.names()) {
      switch (Objects.requireNonNull(file.array(name))) {
        case float[] floats -> state.put(name, floats);
        case double[] doubles -> state.put(name, doubles);
        case long[] longs -> state.put(name, longs);
        case byte[] bytes -> state.put(name, bytes);
        default -> throw new ModelException("%s has no known type".formatted(name));
      }
    }
    trainer.restore(state);
    return all.getLast();
  }

  /** Returns the numbers of a step as a text, such as {@code reward 0.25, kl 0.1}. */
  public static String line(Map<String, Double> metrics) {
    StringJoiner line = new StringJoiner(", ");
    metrics.forEach(
        (name, value) -> line.add("%s %.4g".formatted(name.replaceFirst("^train/", ""), value)));
    return line.toString();
  }
}
