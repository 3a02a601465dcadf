package org.ppo4j.env.mujoco;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;

/**
 * The location of MuJoCo's library and Gymnasium's models. It is the first of these that exists:
 *
 * <ol>
 *   <li>the folder that the environment variable {@value #VARIABLE} names, which must contain both;
 *   <li>the cache folder, {@code ppo4j/mujoco-4.0.0} in {@code XDG_CACHE_HOME} or {@code ~/.cache},
 *       which {@link MujocoFetch} fills;
 *   <li>the packages mujoco-core and gymnasium, in the right versions, of the Python interpreter
 *       that {@code PPO4J_PYTHON} names or of the project's {@code .venv}.
 * </ol>
 *
 * @param library the file of the library
 * @param assets the folder of the models, {@code *.xml}
 */
record MujocoHome(Path library, Path assets) {
  static final String VARIABLE = "PPO4J_MUJOCO_HOME";
  static final String ASSETS = "assets";

  /**
   * Returns the location, or empty if there is none.
   *
   * @throws EnvException if the variable names a folder that does not contain both
   */
  static Optional<MujocoHome> find() {
    return find(System.getenv(), System.getProperties().getProperty("ppo4j.home"));
  }

  static Optional<MujocoHome> find(Map<String, String> environment, @Nullable String project) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return Optional.of(
          in(Path.of(named))
              .orElseThrow(
                  () ->
                      new EnvException(
                          "%s is %s, which does not contain %s and a folder %s with Gymnasium's models: put them there, or unset the variable to download them"
                              .formatted(VARIABLE, named, libraryName(), ASSETS))));
    }
    Optional<MujocoHome> cached = in(cache(environment));
    return cached.isPresent() ? cached : inPython(environment, project);
  }

  /** Returns the folder that they are downloaded to. */
  static Path cache(Map<String, String> environment) {
    String named = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        named.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(named);
    return caches.resolve("ppo4j").resolve("mujoco-" + PinnedVersions.MUJOCO);
  }

  /** Returns the name of the library's file on this system. */
  static String libraryName() {
    return libraryName(System.getProperty("os.name"));
  }

  static String libraryName(String os) {
    String system = os.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return "mujoco.dll";
    }
    return system.startsWith("mac")
        ? "libmujoco.%s.dylib".formatted(PinnedVersions.MUJOCO)
        : "libmujoco.so.%s".formatted(PinnedVersions.MUJOCO);
  }

  /** Returns the location in the folder {@code home}, or empty if that is not complete. */
  static Optional<MujocoHome> in(Path home) {
    return of(home.resolve(libraryName()), home.resolve(ASSETS));
  }

  private static Optional<MujocoHome> of(Path library, Path assets) {
    return Files.isRegularFile(library) && Files.isDirectory(assets)
        ? Optional.of(new MujocoHome(library.toAbsolutePath(), assets.toAbsolutePath()))
        : Optional.empty();
  }

  private static Optional<MujocoHome> inPython(
      Map<String, String> environment, @Nullable String project) {
    String python = Pythons.chosen(environment, project).orElse("");
    if (!python.contains(File.separator)) {
      return Optional.empty();
    }
    Path bin = Path.of(python).toAbsolutePath().getParent();
    Path root = bin == null ? null : bin.getParent();
    return root == null
        ? Optional.empty()
        : packages(root).stream()
            .filter(MujocoHome::hasRightVersions)
            .flatMap(
                folder ->
                    of(
                        folder.resolve("mujoco").resolve(libraryName()),
                        folder.resolve("gymnasium/envs/mujoco").resolve(ASSETS))
                        .stream())
            .findFirst();
  }

  /** Returns the package folders of the virtual environment {@code root}. */
  private static List<Path> packages(Path root) {
    Path lib = root.resolve("lib");
    if (!Files.isDirectory(lib)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(lib)) {
      return Stream.concat(Stream.of(lib), versions.sorted())
          .map(folder -> folder.resolve("site-packages"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(lib, e), e);
    }
  }

  private static boolean hasRightVersions(Path packages) {
    return Files.isDirectory(
            packages.resolve("mujoco_core-%s.dist-info".formatted(PinnedVersions.MUJOCO)))
        && Files.isDirectory(
            packages.resolve("gymnasium-%s.dist-info".formatted(PinnedVersions.GYMNASIUM)));
  }
}
