package org.ppo4j.agent.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.FileNames;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.tensorboard.EventWriter;

/**
 * The folder of one training:
 *
 * <pre>
 * config.json               what the user decided, {@link RunConfig}
 * episodes.csv              all episodes, {@link RunRecorder}
 * evaluations.csv           all evaluations, if there were any
 * events.out.tfevents...    curves for TensorBoard, {@link EventWriter}
 * checkpoints/step_....zip  the training at that step
 * checkpoints/best.zip      the training at the best evaluation of its policy
 * summary.json              the result, {@link RunSummary}; written last
 * </pre>
 */
public final class RunFolder {
  private static final Pattern CHECKPOINT = Pattern.compile("step_(\\d{1,18})\\.zip");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a folder for a new run.
   *
   * @param given the folder; where what stands before a {@code ..} does not exist, both are left
   *     out
   * @throws IllegalArgumentException if it is a file or a folder that is not empty
   * @throws UncheckedIOException if it cannot be made or written to
   */
  public static RunFolder create(Path given) {
    Path path = withoutMissingParents(given);
    try {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new IllegalArgumentException(
            "the run folder %s is a file; choose another".formatted(path));
      }
      if (Files.isDirectory(path) && !isEmpty(path)) {
        throw new IllegalArgumentException(
            "the run folder %s is not empty; choose another".formatted(path));
      }
      Files.createDirectories(path.resolve("checkpoints"));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the run folder " + path, e);
    }
    return new RunFolder(path);
  }

  /**
   * Returns {@code path} such that {@code missing/../folder} is {@code folder}, as shells have it.
   */
  private static Path withoutMissingParents(Path path) {
    Path parent = path.getParent();
    return parent == null || Files.exists(parent) ? path : path.normalize();
  }

  /**
   * Makes a folder for a new run at {@code path}, or at {@code path-2}, {@code path-3} and so on if
   * a training that began in the same second has that name.
   *
   * @throws UncheckedIOException if it cannot be made or written to
   */
  public static RunFolder createBeside(Path path) {
    Path candidate = path;
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      for (int n = 2; !makes(candidate); n++) {
        candidate = path.resolveSibling(path.getFileName() + "-" + n);
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the run folder " + path, e);
    }
    return create(candidate);
  }

  private static boolean makes(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /**
   * Returns the folder of a run that was made before.
   *
   * @throws IllegalArgumentException if {@code path} is no such folder
   */
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path.resolve("checkpoints"))) {
      throw new IllegalArgumentException(
          Files.exists(path)
              ? path + " is not a run folder: it has no folder named checkpoints"
              : "there is no run folder " + path);
    }
    return new RunFolder(path);
  }

  /**
   * Returns whether a training, of any process, is running in {@code path}; false where the file
   * system has no locks.
   *
   * @throws UncheckedIOException if the file that it locks cannot be opened
   */
  public static boolean isInUse(Path path) {
    Path file = path.resolve("episodes.csv");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return !AppendedFile.isFree(channel);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot open " + file, e);
    }
  }

  /**
   * Returns the name of a run's folder, {@code <env>__<profile>__<seed>__<time>}, in which
   * characters that a file name cannot hold everywhere are underscores. The algorithm follows the
   * environment, unless it is PPO.
   */
  public static String name(
      String env, Algorithm algorithm, Profile profile, long seed, LocalDateTime time) {
    return "%s__%s__%d__%s"
        .formatted(FileNames.of(env), kind(algorithm, profile), seed, TIME.format(time));
  }

  /** Returns the part of folders' names that says how a run learns, such as {@code default}. */
  public static String kind(Algorithm algorithm, Profile profile) {
    String name = profile.name().toLowerCase(Locale.ROOT);
    return algorithm == Algorithm.PPO ? name : algorithm.id() + "__" + name;
  }

  /**
   * Makes the folder again, with its {@code config.json}, if it was deleted or moved.
   *
   * @return whether it was made
   * @throws UncheckedIOException if it cannot be made or written to
   */
  boolean makeAgain(RunConfig config) {
    Path checkpoints = path.resolve("checkpoints");
    if (Files.isDirectory(checkpoints)) {
      return false;
    }
    try {
      Files.createDirectories(path);
      write(config);
      Files.createDirectories(checkpoints); // last, because it tells that the folder is whole
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the deleted run folder %s again".formatted(path), e);
    }
    return true;
  }

  /** Returns the folder itself. */
  public Path path() {
    return path;
  }

  /** Returns the path of the checkpoint of that step. */
  public Path checkpoint(long globalStep) {
    return path.resolve("checkpoints").resolve("step_%012d.zip".formatted(globalStep));
  }

  /** Returns the path of the checkpoint of the best evaluation. */
  public Path bestCheckpoint() {
    return path.resolve("checkpoints").resolve("best.zip");
  }

  /** Returns the checkpoints by step, ascending. */
  public List<Path> checkpoints() {
    return list("checkpoints", file -> step(file) >= 0).stream()
        .sorted(Comparator.comparingLong(RunFolder::step))
        .toList();
  }

  /** Returns the checkpoint with the highest step, if there is one. */
  public Optional<Path> latestCheckpoint() {
    return checkpoints().reversed().stream().findFirst();
  }

  /** Deletes all checkpoints by step except the last {@code keep} ones. */
  public void deleteCheckpointsBut(int keep) {
    List<Path> checkpoints = checkpoints();
    delete(checkpoints.subList(0, Math.max(0, checkpoints.size() - keep)));
  }

  /**
   * Deletes what a training that is resumed from {@code globalStep} will write again (checkpoints
   * of later steps, the summary) and files that a power cut left incomplete. The best checkpoint
   * stays.
   */
  public void rewind(long globalStep) {
    delete(list("", RunFolder::isUnfinished));
    delete(list("checkpoints", file -> isUnfinished(file) || step(file) > globalStep));
    delete(List.of(path.resolve("summary.json")));
  }

  /** Returns the path of {@code episodes.csv}. */
  public Path episodes() {
    return path.resolve("episodes.csv");
  }

  /** Returns the path of {@code evaluations.csv}. */
  public Path evaluations() {
    return path.resolve("evaluations.csv");
  }

  /** Returns the TensorBoard event file, if there is one. */
  public Optional<Path> eventFile() {
    return Curves.file(path);
  }

  /** Writes {@code config.json}. */
  public void write(RunConfig config) {
    writeJson("config.json", config);
  }

  /** Writes {@code summary.json}. */
  public void write(RunSummary summary) {
    writeJson("summary.json", summary);
  }

  /** Reads {@code config.json}. */
  public RunConfig config() {
    return readJson("config.json", RunConfig.class, json -> {});
  }

  /** Reads {@code summary.json}; one of an earlier version has no hints and no restarts. */
  public RunSummary summary() {
    return readJson(
        "summary.json",
        RunSummary.class,
        json -> {
          if (!json.has("worker_restarts")) {
            json.put("worker_restarts", 0);
          }
          json.withArray("hints");
        });
  }

  private void writeJson(String name, Object value) {
    Path file = path.resolve(name);
    try {
      AtomicFile.write(
          file,
          out -> {
            out.write(Json.MAPPER.writeValueAsBytes(value));
            out.write('\n');
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  /** {@code complete} adds what files of earlier versions lack. */
  private <T> T readJson(String name, Class<T> type, Consumer<ObjectNode> complete) {
    Path file = path.resolve(name);
    try {
      ObjectNode json = Json.MAPPER.readValue(Files.readString(file), ObjectNode.class);
      complete.accept(json);
      return Json.MAPPER.treeToValue(json, type);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("the run folder %s has no %s".formatted(path, name), e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  private List<Path> list(String folder, Predicate<Path> wanted) {
    try (Stream<Path> files = Files.list(path.resolve(folder))) {
      return files.filter(wanted).toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list the files in " + path, e);
    }
  }

  private static void delete(List<Path> files) {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw IoErrors.unchecked("cannot delete " + file, e);
      }
    }
  }

  private static long step(Path file) {
    Matcher matcher = CHECKPOINT.matcher(file.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static boolean isUnfinished(Path file) {
    return file.toString().endsWith(AtomicFile.TEMPORARY);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
