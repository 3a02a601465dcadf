package org.ppo4j.lab.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.run.RunFolder;

/**
 * Finds the trainings below a path: run folders of ppo4j, folders with event files such as
 * CleanRL's {@code runs/}, and CSV files. One folder, or one CSV file, is one seed.
 *
 * <p>If names contain an environment's id, trainings of other environments are left out. If names
 * of the form {@code env__experiment__seed__time}, which CleanRL uses, contain several experiments,
 * each experiment is a separate contender.
 */
public final class RunFinder {
  private record Found(Path path, Kind kind) {
    String fileName() {
      return path.getFileName().toString();
    }

    /**
     * Returns whether the name has CleanRL's form; an empty folder of such a name is a crashed
     * seed.
     */
    boolean isNamedRun() {
      return fileName().split("__", -1).length == 4;
    }

    /**
     * Returns the environment's id from its configuration, otherwise from its name or, for a CSV
     * file, its folder's name; empty if none contains one.
     */
    String env() {
      return config()
          .map(RunConfig::env)
          .or(() -> EnvId.in(fileName()))
          .or(() -> kind == Kind.CSV ? idOfFolder() : Optional.empty())
          .orElse("");
    }

    /** Returns the id in the folder's name; it starts with a capital, unlike baseline-v2. */
    private Optional<String> idOfFolder() {
      return Optional.ofNullable(path.resolveSibling("").getFileName())
          .flatMap(name -> EnvId.in(name.toString()))
          .filter(id -> Character.isUpperCase(id.charAt(0)));
    }

    /**
     * Returns algorithm and profile, or the second part of a name of CleanRL's form; empty if
     * unknown.
     */
    String experiment() {
      return config()
          .map(config -> RunFolder.kind(config.algorithm(), config.profile()))
          .orElseGet(() -> isNamedRun() ? fileName().split("__", -1)[1] : "");
    }

    /** Returns the configuration of a run folder; empty if it cannot be read. */
    private Optional<RunConfig> config() {
      try {
        return kind == Kind.RUN_FOLDER
            ? Optional.of(RunFolder.open(path).config())
            : Optional.empty();
      } catch (UncheckedIOException e) {
        return Optional.empty();
      }
    }

    /**
     * Returns a sentence on an evaluation that is not of the last policy; empty if there is none.
     */
    private Optional<String> staleEvaluation() {
      return kind == Kind.RUN_FOLDER && RunReader.hasStaleEvaluation(path)
          ? Optional.of(
              "%s: evaluation.json is not of its last policy, or damaged, so it is not used; --eval-episodes writes another."
                  .formatted(fileName()))
          : Optional.empty();
    }

    SeedRun read() {
      return switch (kind) {
        case RUN_FOLDER -> RunReader.runFolder(fileName(), path);
        case EVENTS -> RunReader.eventFolder(fileName(), path);
        case CSV -> RunReader.csv(fileName(), path);
      };
    }
  }

  /** Settings in which the trainings of one side may differ. */
  private static final Set<String> OF_ONE_SEED =
      Set.of(
          "seed",
          "preset",
          "stop_at_return",
          "total_timesteps",
          "checkpoint_every",
          "keep_checkpoints",
          "eval_every",
          "eval_episodes");

  private enum Kind {
    RUN_FOLDER,
    EVENTS,
    CSV
  }

  private RunFinder() {}

  /**
   * Returns the trainings of {@code env} below {@code path}, a contender for each experiment.
   *
   * @throws IllegalArgumentException if there is none; the message lists what was found
   */
  public static List<Contender.Trained> find(Path path, String env) {
    return find(List.of(path), path.toString(), env);
  }

  /**
   * Returns the trainings of {@code env} below the paths as ppo4j's own.
   *
   * @throws IllegalArgumentException if there is none, or if they differ in more than their seeds
   */
  public static Contender.Trained ours(List<Path> paths, String env) {
    Chosen chosen = ofOneKind(paths, env);
    return chosen.contender("ppo4j", env, chosen.trainings);
  }

  /**
   * Returns the finished run folders among the trainings of {@code env} below the paths.
   *
   * @throws IllegalArgumentException as {@link #ours}
   */
  public static List<Path> finished(List<Path> paths, String env) {
    return ofOneKind(paths, env).trainings.stream()
        .filter(each -> each.kind == Kind.RUN_FOLDER && each.read().counts())
        .map(Found::path)
        .toList();
  }

  private static List<Contender.Trained> find(List<Path> paths, String name, String env) {
    Chosen chosen = choose(paths, name, env);
    return grouped(chosen.trainings, Found::experiment).entrySet().stream()
        .map(
            entry ->
                chosen.contender(
                    entry.getKey().isEmpty() ? name : name + " " + entry.getKey(),
                    env,
                    entry.getValue()))
        .toList();
  }

  /** Returns the trainings of {@code env} below the paths, which differ in their seeds only. */
  private static Chosen ofOneKind(List<Path> paths, String env) {
    Chosen chosen = choose(paths, name(paths), env);
    Set<String> experiments = grouped(chosen.trainings, Found::experiment).keySet();
    if (experiments.size() > 1) {
      throw new IllegalArgumentException(
          "%s are trainings of several kinds, %s; give the folders of one kind only"
              .formatted(
                  name(paths),
                  experiments.stream()
                      .map(each -> each.isEmpty() ? "others" : each)
                      .sorted()
                      .collect(Collectors.joining(" and "))));
    }
    List<String> differences = differences(chosen.trainings);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "%s are trainings that differ in %s; give the folders of one kind only"
              .formatted(name(paths), String.join(", ", differences)));
    }
    return chosen;
  }

  /** Returns the names of the settings in which run folders differ, other than seeds. */
  private static List<String> differences(List<Found> trainings) {
    List<Map<String, Object>> all =
        trainings.stream()
            .map(Found::config)
            .flatMap(Optional::stream)
            .map(RunConfig::settings)
            .toList();
    return all.stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .filter(name -> !OF_ONE_SEED.contains(name))
        .filter(
            name -> all.stream().map(each -> String.valueOf(each.get(name))).distinct().count() > 1)
        .sorted()
        .toList();
  }

  /**
   * The trainings of one environment.
   *
   * @param env its id, or empty if no name contains one
   * @param notes sentences about what is left out
   */
  private record Chosen(String env, List<Found> trainings, List<String> notes) {
    Contender.Trained contender(String name, String wanted, List<Found> some) {
      List<String> all = new ArrayList<>(notes);
      some.stream().map(Found::staleEvaluation).flatMap(Optional::stream).forEach(all::add);
      return new Contender.Trained(
          name, env.isEmpty() ? wanted : env, some.stream().map(Found::read).toList(), all);
    }
  }

  private static String name(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static Chosen choose(List<Path> paths, String name, String env) {
    List<Found> all = new ArrayList<>();
    List<Path> unread = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new IllegalArgumentException("there is no file or folder " + path);
      }
      collect(path, all, unread);
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          ("%s holds no training: no event file (events.out.tfevents.*), no run folder, and no CSV"
                  + " file with columns global_step and episodic_return")
              .formatted(name));
    }
    Map<String, List<Found>> byEnv = grouped(all, Found::env);
    String chosen = chosen(byEnv.keySet(), env);
    List<Found> used = byEnv.get(chosen);
    if (used == null) {
      throw new IllegalArgumentException(
          "%s holds no training of %s, only of %s"
              .formatted(name, env, String.join(", ", byEnv.keySet())));
    }
    List<String> notes = notes(name, env, chosen, byEnv);
    for (Path file : unread) {
      notes.add(
          "%s is left out: its first line does not name the columns global_step and episodic_return."
              .formatted(file));
    }
    return new Chosen(chosen, used, notes);
  }

  private static Map<String, List<Found>> grouped(List<Found> all, Function<Found, String> by) {
    return all.stream()
        .distinct()
        .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
  }

  /** Returns the id to use: the same, otherwise one of another version, otherwise the empty id. */
  private static String chosen(Collection<String> ids, String env) {
    if (ids.contains(env)) {
      return env;
    }
    return ids.stream().filter(id -> EnvId.isFamily(id, env)).findFirst().orElse("");
  }

  private static List<String> notes(
      String name, String env, String chosen, Map<String, List<Found>> byEnv) {
    List<String> notes = new ArrayList<>();
    if (chosen.isEmpty()) {
      notes.add("%s: no name contains an environment; assumed to be %s.".formatted(name, env));
    }
    byEnv.forEach(
        (id, found) -> {
          if (!id.equals(chosen)) {
            notes.add(
                "%s: trainings of %s are left out (%d)."
                    .formatted(name, id.isEmpty() ? "an unknown environment" : id, found.size()));
          }
        });
    return notes;
  }

  /**
   * Collects the trainings at and below a path.
   *
   * @param unread receives the CSV files with other contents
   */
  private static void collect(Path path, List<Found> found, List<Path> unread) {
    if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
      return; // a pipe, for example, which nothing can be read from
    }
    if (!Files.isDirectory(path)) {
      boolean isEvents = RunReader.isEventFile(path);
      if (isEvents || EpisodeCsv.isOne(path)) {
        Path whole = path.toAbsolutePath();
        found.add(
            isEvents
                ? new Found(whole.resolveSibling("").normalize(), Kind.EVENTS)
                : new Found(whole, Kind.CSV));
      } else if (EpisodeCsv.isNamedSo(path)) {
        unread.add(path);
      }
      return;
    }
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.isRegularFile(path.resolve("config.json"))
        && Files.isDirectory(path.resolve("checkpoints"))) {
      found.add(new Found(absolute, Kind.RUN_FOLDER));
      return;
    }
    List<Path> inside = list(path);
    boolean isNamedRun = new Found(absolute, Kind.EVENTS).isNamedRun();
    if (inside.stream().anyMatch(RunReader::isEventFile) || (inside.isEmpty() && isNamedRun)) {
      found.add(new Found(absolute, Kind.EVENTS));
      return;
    }
    inside.forEach(each -> collect(each, found, unread));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list " + folder, e);
    }
  }
}
