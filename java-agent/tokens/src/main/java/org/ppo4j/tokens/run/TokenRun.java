package org.ppo4j.tokens.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.tensorboard.EventWriter;
import org.ppo4j.tokens.files.AdapterFolder;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.Adapters;
import org.ppo4j.tokens.model.Architecture;
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

  private final Path path;
  private final TokenRunConfig config;
  private final TokenCheckpoints checkpoints;

  private TokenRun(Path path, TokenRunConfig config) {
    this.path = path;
    this.config = config;
    checkpoints = new TokenCheckpoints(path.resolve(CHECKPOINTS));
  }

  /** Returns whether a folder is one of a training of a language model. */
  public static boolean isAt(Path folder) {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
      return json.has("model") && json.has("data") && json.has("algorithm");
    } catch (JsonProcessingException e) {
      return false; // its reader says what is wrong
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
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
          "%s is not the configuration of a training of tokens%s"
              .formatted(
                  file,
                  e.getCause() instanceof IllegalArgumentException refused
                      ? ": " + refused.getMessage()
                      : "; give a run folder of ./ppo4j tokens"));
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

  /** Returns whether the training reached its end and wrote the model. */
  public boolean isFinished() {
    return ModelFolder.isAt(model());
  }

  /** Returns the step of the last checkpoint; 0 if there is none. */
  public int lastCheckpoint() {
    return checkpoints.last();
  }

  /** Returns the event file with the curves; empty if no training has begun. */
  public Optional<Path> eventFile() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith("events."))
          .findFirst();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path, e);
    }
  }

  /** Is notified of each step. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Receives the numbers of a step.
     *
     * @param step the number of steps so far; 0 with the evaluation before the first one, if there
     *     is one
     * @return whether to stop, after a checkpoint
     */
    boolean step(int step, int steps, Map<String, Double> metrics);
  }

  /**
   * Trains to the end, from the last checkpoint that can be read if there is one, and writes the
   * model. If a reward is closed meanwhile, the training stops after a checkpoint of the last whole
   * step.
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
    TokenCheckpoints.Place place = checkpoints.restore(trainer, WriteTrouble.log());
    try (EventWriter events = events(place.step())) {
      if (!new TokenLoop(training, checkpoints, config.saveSteps(), events, progress).run(place)) {
        return false;
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

  private EventWriter events(int step) {
    WriteTrouble trouble = new WriteTrouble(WriteTrouble.log(), "what is missing waits in memory");
    Optional<Path> begun = eventFile();
    return begun.isPresent()
        ? EventWriter.resume(begun.get(), step, Instant.now(), trouble)
        : EventWriter.create(path, Instant.now(), trouble);
  }

  /** Returns the numbers of a step as a text, such as {@code reward 0.25, kl 0.1}. */
  public static String line(Map<String, Double> metrics) {
    StringJoiner line = new StringJoiner(", ");
    metrics.forEach(
        (name, value) -> line.add("%s %.4g".formatted(name.replaceFirst("^train/", ""), value)));
    return line.toString();
  }
}
