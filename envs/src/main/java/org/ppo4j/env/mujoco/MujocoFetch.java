package org.ppo4j.env.mujoco;

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
 * Brings MuJoCo's library and Gymnasium's models into the cache folder, once: pip downloads the two
 * wheels, and Java takes out of them what is needed. The folder is filled under another name and
 * renamed at the end, so that it is whole wherever it is; of two processes one fetches and the
 * other waits.
 */
final class MujocoFetch {
  private static final System.Logger LOGGER = System.getLogger(MujocoFetch.class.getName());

  /** The least Python that the wheels are for; pip downloads them with an older one too. */
  private static final String PYTHON = "3.11";

  private final Path target;
  private final List<String> pythons;

  /**
   * Prepares to fill {@code target}.
   *
   * @param pythons the commands that may start Python, best first
   */
  MujocoFetch(Path target, List<String> pythons) {
    this.target = target.toAbsolutePath();
    this.pythons = List.copyOf(pythons);
  }

  /**
   * Returns where the library is, fetched if it is nowhere.
   *
   * @throws EnvException if it cannot be fetched
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

  /** Fills the folder unless another process just has, and returns what is in it. */
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
      throw new IllegalArgumentException("the cache folder must not be " + target);
    }
    return parent;
  }

  private MujocoHome fill() throws IOException {
    LOGGER.log(
        System.Logger.Level.INFO,
        "Fetching MuJoCo {0} and Gymnasium''s models into {1} (once)...",
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
        throw refused("the wheels do not hold " + MujocoHome.libraryName(), null);
      }
      deleteTree(target);
      Files.move(home, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(partial);
    }
    return MujocoHome.in(target).orElseThrow();
  }

  private void download(Path wheels) throws IOException {
    String failure = "there is no " + String.join(" or ", pythons);
    for (String python : pythons) {
      Path log = wheels.resolveSibling("pip.log");
      Process process;
      try {
        process =
            new ProcessBuilder(command(python, wheels))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
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
        throw refused("it was interrupted", e);
      } finally {
        process.destroy();
      }
      failure = "%s says: %s".formatted(python, lastLine(log));
    }
    throw refused(failure, null);
  }

  private static List<String> command(String python, Path wheels) {
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
        "mujoco-core==" + PinnedVersions.MUJOCO,
        "gymnasium==" + PinnedVersions.GYMNASIUM);
  }

  /** Takes the library, the models and the licences out of {@code wheel}. */
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
        "MuJoCo %s is not in %s and cannot be fetched with pip (%s): make python3 with pip and the network available, or set %s to a folder that holds %s and Gymnasium's models in %s"
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
