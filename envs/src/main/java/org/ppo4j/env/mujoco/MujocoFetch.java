package org.ppo4j.env.mujoco;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;

/**
 * Downloads MuJoCo's library and Gymnasium's models into the cache folder, once. Pip downloads the
 * two wheels, whose hashes must be those recorded here, and this class extracts the files that are
 * needed. The folder is filled under a temporary name and then renamed, so it is always complete.
 * If two processes need it, one downloads and the other waits.
 */
final class MujocoFetch {
  private static final System.Logger LOGGER = System.getLogger(MujocoFetch.class.getName());

  /** The lowest Python version of the wheels; pip can download them with an older Python too. */
  private static final String PYTHON = "3.11";

  /** The resource with the versions and hashes of the wheels. */
  private static final String LOCK = "wheels.lock";

  private final Path target;
  private final List<String> pythons;

  /**
   * Creates a download into the folder {@code target}.
   *
   * @param pythons the Python commands to try, best first
   */
  MujocoFetch(Path target, List<String> pythons) {
    this.target = target.toAbsolutePath();
    this.pythons = List.copyOf(pythons);
  }

  /**
   * Returns the location of the library, which is downloaded if it is not present.
   *
   * @throws EnvException if it cannot be downloaded
   */
  static MujocoHome require() {
    Optional<MujocoHome> home = MujocoHome.find();
    if (home.isPresent()) {
      return home.get();
    }
    Map<String, String> environment = System.getenv();
    List<String> pythons = Pythons.commands(environment, System.getProperty("ppo4j.home"));
    return new MujocoFetch(MujocoHome.cache(environment), pythons).fetch();
  }

  /** Fills the folder, unless another process has filled it by now, and returns its contents. */
  MujocoHome fetch() {
    try {
      synchronized (MujocoFetch.class) {
        Path parent = Files.createDirectories(parent());
        try (FileChannel channel =
                FileChannel.open(
                    parent.resolve(target.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock _ = channel.lock()) {
          Optional<MujocoHome> fetched = MujocoHome.in(target);
          return fetched.isPresent() ? fetched.get() : fill();
        }
      }
    } catch (IOException e) {
      throw refused(e.toString(), e);
    }
  }

  private Path parent() {
    Path parent = target.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the cache folder must not be the root folder " + target);
    }
    return parent;
  }

  private MujocoHome fill() throws IOException {
    LOGGER.log(
        System.Logger.Level.INFO,
        "Downloading MuJoCo {0} and Gymnasium''s models to {1} (only once)...",
        PinnedVersions.MUJOCO,
        target);
    Path partial = parent().resolve(target.getFileName() + ".partial");
    deleteTree(partial);
    Path wheels = Files.createDirectories(partial.resolve("wheels"));
    try {
      download(wheels);
      Path home = Files.createDirectories(partial.resolve("home"));
      for (Path wheel : list(wheels)) {
        unpack(wheel, home);
      }
      if (MujocoHome.in(home).isEmpty()) {
        throw refused("the wheels do not contain " + MujocoHome.libraryName(), null);
      }
      deleteTree(target);
      Files.move(home, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(partial);
    }
    return MujocoHome.in(target).orElseThrow();
  }

  private void download(Path wheels) throws IOException {
    Path lock = wheels.resolveSibling(LOCK);
    try (InputStream versions = MujocoFetch.class.getResourceAsStream(LOCK)) {
      Files.copy(requireNonNull(versions), lock);
    }
    String failure = "no command " + String.join(" or ", pythons) + " was found";
    for (String python : pythons) {
      Path log = wheels.resolveSibling("pip.log");
      Process process;
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command(python, wheels, lock))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Without it, a file pip.py or json.py in the current folder would be run.
        builder.environment().put("PYTHONSAFEPATH", "1");
        process = builder.start();
      } catch (IOException e) {
        continue;
      }
      try {
        process.getOutputStream().close();
        if (process.waitFor() == 0) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw refused("the download was interrupted", e);
      } finally {
        process.destroy();
      }
      failure = "%s reports: %s".formatted(python, lastLine(log));
    }
    throw refused(failure, null);
  }

  private static List<String> command(String python, Path wheels, Path lock) {
    return List.of(
        python,
        "-m",
        "pip",
        "download",
        "--disable-pip-version-check",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version=" + PYTHON,
        "--dest=" + wheels,
        "--require-hashes",
        "--requirement=" + lock);
  }

  /** Extracts the library, the models and the licences from {@code wheel}. */
  private static void unpack(Path wheel, Path home) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String path = entry.getName();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals("mujoco/" + MujocoHome.libraryName())) {
          copy(zip, entry, home.resolve(name));
        } else if (path.matches("gymnasium/envs/mujoco/assets/[\\w.-]+\\.xml")) {
          copy(zip, entry, home.resolve(MujocoHome.ASSETS).resolve(name));
        } else if (path.matches("[\\w.-]+\\.dist-info/licenses/[\\w.-]+")) {
          String distribution = path.substring(0, path.indexOf('-'));
          copy(zip, entry, home.resolve("licenses").resolve(distribution).resolve(name));
        }
      }
    }
  }

  private static void copy(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, file);
    }
    try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  private EnvException refused(String reason, @Nullable Throwable cause) {
    String message =
        "MuJoCo %s is not in %s and cannot be downloaded with pip (%s): provide python3 with pip and network access, or set %s to a folder that contains %s and Gymnasium's models in the folder %s"
            .formatted(
                PinnedVersions.MUJOCO,
                target,
                reason,
                MujocoHome.VARIABLE,
                MujocoHome.libraryName(),
                MujocoHome.ASSETS);
    return cause == null ? new EnvException(message) : new EnvException(message, cause);
  }

  private static String lastLine(Path log) throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((_, line) -> line.strip())
        .orElse("nothing");
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
