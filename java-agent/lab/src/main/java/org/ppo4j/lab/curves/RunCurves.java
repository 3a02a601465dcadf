package org.ppo4j.lab.curves;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.tensorboard.EventReader;
import org.ppo4j.agent.tensorboard.EventReader.Scalar;
import org.ppo4j.lab.compare.LearningCurves.Points;
import org.ppo4j.lab.compare.RunReader;

/**
 * The curves of one run, from the event files in its folder. Runs of one group differ in their
 * seeds only, and are plotted as one curve.
 *
 * <p>Of a run folder of ppo4j the group is its {@code config.json} without the seed; of one of
 * {@code tokens} its name and settings, without the seed and without files. Of others the group is
 * the folder's name without what counts runs: {@code env__name__seed__time} as CleanRL's, and
 * {@code name_7} as Stable-Baselines3's.
 */
final class RunCurves {
  private static final String CONFIG = "config.json";
  private static final Pattern CLEANRL = Pattern.compile("(.+__.+)__\\d+__\\d+");
  private static final Pattern NUMBERED = Pattern.compile("(.+)_\\d+");

  /**
   * What runs that differ in their seeds have in common.
   *
   * @param name a name, which other groups may have too
   * @param key what no other group has
   */
  record Group(String name, String key) {}

  private final String folder;
  private final Group group;
  private final boolean isOfTokens;
  private final Map<Quantity, List<Scalar>> curves = new EnumMap<>(Quantity.class);
  private final List<Path> damaged = new ArrayList<>();
  private double start = Double.POSITIVE_INFINITY;

  private RunCurves(Path path) {
    folder = path.toAbsolutePath().normalize().getFileName().toString();
    Optional<ObjectNode> settings = tokenSettings(path);
    isOfTokens = settings.isPresent();
    group =
        settings.map(json -> new Group(folder, folder + json)).orElseGet(() -> group(path, folder));
  }

  /**
   * Returns the runs in a folder: itself, or those in it if it has no event files.
   *
   * @throws IllegalArgumentException if there is no run
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  static List<RunCurves> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s is not a folder; give a run's folder, or one of TensorBoard event files"
              .formatted(folder));
    }
    List<Path> folders = eventFiles(folder).isEmpty() ? subfolders(folder) : List.of(folder);
    List<RunCurves> runs =
        folders.stream().map(RunCurves::read).filter(run -> !run.curves.isEmpty()).toList();
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(
          "neither %s nor a folder in it has an event file of TensorBoard with curves of a training"
              .formatted(folder));
    }
    return runs;
  }

  private static RunCurves read(Path folder) {
    RunCurves run = new RunCurves(folder);
    for (Path file : eventFiles(folder)) {
      EventReader.Outcome outcome = EventReader.read(file, run::add);
      if (!outcome.complete()) {
        run.damaged.add(file);
      }
      if (outcome.startTime() < run.start) {
        run.start = outcome.startTime();
      }
    }
    run.curves.values().forEach(curve -> curve.sort(Comparator.comparingLong(Scalar::step)));
    return run;
  }

  private void add(Scalar scalar) {
    // Stable-Baselines3 has a sum of losses under the tag of a language model's.
    Optional<Quantity> quantity =
        Quantity.of(scalar.tag()).filter(each -> isOfTokens || each != Quantity.TOKEN_LOSS);
    if (quantity.isPresent() && Float.isFinite(scalar.value())) {
      curves.computeIfAbsent(quantity.get(), _ -> new ArrayList<>()).add(scalar);
    }
  }

  private static Group group(Path path, String folder) {
    if (isRunFolder(path)) {
      RunConfig config = RunFolder.open(path).config();
      String profile = config.profile().name().toLowerCase(Locale.ROOT);
      ObjectNode key = Json.MAPPER.valueToTree(config);
      key.remove("seed");
      return new Group(
          "%s, %s, %s".formatted(config.env(), config.algorithm().id(), profile), key.toString());
    }
    Matcher cleanRl = CLEANRL.matcher(folder);
    Matcher numbered = NUMBERED.matcher(folder);
    String name =
        cleanRl.matches() ? cleanRl.group(1) : numbered.matches() ? numbered.group(1) : folder;
    return new Group(name, name);
  }

  private static boolean isRunFolder(Path folder) {
    return Files.exists(folder.resolve(CONFIG)) && Files.isDirectory(folder.resolve("checkpoints"));
  }

  /** Returns the settings of a training of a language model; empty if it is another one. */
  private static Optional<ObjectNode> tokenSettings(Path folder) {
    if (!isRunFolder(folder)) {
      return Optional.empty();
    }
    Path file = folder.resolve(CONFIG);
    try {
      if (Json.MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode json
          && json.path("train") instanceof ObjectNode train
          && json.has("model")) {
        train.remove("seed");
        return Optional.of(json.remove(List.of("model", "data", "reward", "value_model", "eval")));
      }
    } catch (JsonProcessingException e) {
      return Optional.empty(); // RunFolder says what is wrong
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
    return Optional.empty();
  }

  /** Returns the event files that do not end where an event ends. */
  List<Path> damaged() {
    return damaged;
  }

  /** Returns the name of the folder. */
  String folder() {
    return folder;
  }

  /** Returns the group. */
  Group group() {
    return group;
  }

  /** Returns whether the run has a quantity. */
  boolean has(Quantity quantity) {
    return curves.containsKey(quantity);
  }

  /** Returns the last step of any curve. */
  long lastStep() {
    return curves.values().stream().mapToLong(curve -> curve.getLast().step()).max().orElse(0);
  }

  /**
   * Returns a curve.
   *
   * @param byTime whether x are minutes since the run began, and not steps
   */
  Points points(Quantity quantity, boolean byTime) {
    List<Scalar> curve = curves.getOrDefault(quantity, List.of());
    return new Points(
        curve.stream().mapToDouble(each -> byTime ? minutes(each) : each.step()).toArray(),
        curve.stream().mapToDouble(each -> quantity.value(each.tag(), each.value())).toArray());
  }

  private double minutes(Scalar scalar) {
    return (scalar.wallTime() - start) / 60;
  }

  private static List<Path> eventFiles(Path folder) {
    return list(folder).stream().filter(RunReader::isEventFile).toList();
  }

  private static List<Path> subfolders(Path folder) {
    return list(folder).stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list " + folder, e);
    }
  }
}
