package org.ppo4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ppo4j.agent.files.IoErrors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Names of runs on the command line: a path, the name of a folder in {@code runs}, or {@code
 * latest}, also as {@code runs/latest}, for the run there that was started or resumed last.
 */
final class RunNames implements ITypeConverter<Path> {
  private static final Path RUNS = Path.of("runs");
  private static final Path LATEST = Path.of("latest");

  @Override
  public Path convert(String text) {
    return resolve(Paths.parse(text), RUNS);
  }

  /**
   * Returns the path that a name stands for; the name itself if it is a path or stands for nothing.
   *
   * @param runs the folder of runs
   * @throws TypeConversionException if it is {@code latest} and there is no run
   */
  static Path resolve(Path name, Path runs) {
    if (Files.exists(name, LinkOption.NOFOLLOW_LINKS) || name.isAbsolute()) {
      return name;
    }
    Path below = name.startsWith(runs) && !name.equals(runs) ? runs.relativize(name) : name;
    if (below.startsWith(LATEST)) {
      Path run =
          newest(runs, _ -> true)
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "there is no run in the folder %s, so none is the latest"
                              .formatted(runs)));
      return below.equals(LATEST) ? run : run.resolve(LATEST.relativize(below));
    }
    Path inRuns = runs.resolve(below);
    return Files.exists(inRuns) ? inRuns : name;
  }

  /** Returns the run of a folder that was started or resumed last, of those that are wanted. */
  static Optional<Path> newest(Path runs, Predicate<Path> isWanted) {
    if (!Files.isDirectory(runs)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("checkpoints")))
          .filter(isWanted)
          .max(Comparator.comparing(RunNames::started).thenComparing(Comparator.naturalOrder()));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot list the runs in " + runs, e);
    }
  }

  /** Returns when {@code config.json}, which every start writes, was written. */
  private static FileTime started(Path run) {
    Path config = run.resolve("config.json");
    try {
      return Files.getLastModifiedTime(Files.exists(config) ? config : run);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + config, e);
    }
  }
}
