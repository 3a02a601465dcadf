package org.ppo4j.lab.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.InstalledPython;
import org.ppo4j.gymnasium.PythonVenv;
import org.ppo4j.gymnasium.VenvException;

/**
 * A peer's Python: a virtual environment {@code .venv-<peer>} with pinned packages, made once, and
 * again when other packages are asked for.
 */
public final class PeerVenv {
  /** The environment variable that names the folder of the virtual environments. */
  public static final String VARIABLE = "PPO4J_PEERS";

  /** What can change a peer's results. */
  private static final List<String> PACKAGES =
      List.of(
          "python",
          "cleanrl",
          "stable-baselines3",
          "sbx-rl",
          "jax",
          "envpool",
          "gymnasium",
          "gym",
          "mujoco",
          "numpy",
          "torch");

  private PeerVenv() {}

  /**
   * Returns the folder of the virtual environments: the value of {@value #VARIABLE}, otherwise
   * {@code .peers}.
   *
   * @param home the project's folder, which {@code .peers} is in; null for the working folder
   */
  public static Path folder(@Nullable Path home) {
    String given = System.getenv(VARIABLE);
    Path usual = home == null ? Path.of(".peers") : home.resolve(".peers");
    return given == null ? usual : Path.of(given);
  }

  /**
   * Returns the interpreter of a peer, making its virtual environment where there is none like it.
   *
   * @param folder where virtual environments are kept
   * @throws PeerException if it cannot be made
   */
  public static Path python(PeerPackages peer, Path folder, Consumer<String> progress) {
    String name = ".venv-" + peer.folder();
    Path path = folder.resolve(name).toAbsolutePath();
    PythonVenv venv = new PythonVenv(path, packages(peer), folder, name, progress);
    try {
      if (!venv.isComplete()) {
        venv.make(
            "Installing %s in %s (once, some minutes)".formatted(peer.title(), path),
            () -> interpreter(peer),
            peer.calls());
      }
      return venv.python();
    } catch (VenvException e) {
      throw new PeerException(
          "%s cannot be installed, since %s".formatted(peer.title(), e.getMessage()), e);
    } catch (IOException e) {
      throw new PeerException("%s cannot be installed: %s".formatted(peer.title(), e), e);
    } catch (EnvException e) {
      throw new PeerException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns what a virtual environment is made from: arguments of pip, a line a call. */
  public static String packages(PeerPackages peer) {
    return peer.calls().stream()
        .map(call -> String.join(" ", call) + "\n")
        .collect(Collectors.joining());
  }

  /** Returns the versions of what matters in a peer's environment, by name. */
  public static Map<String, String> versions(Path python) {
    try {
      return PythonVenv.versions(python, PACKAGES);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot run " + python, e);
    }
  }

  /** Writes a script out of this package's resources to a file next to {@code folder}. */
  public static Path script(String name, Path folder) {
    Path file = folder.resolveSibling(name);
    try (InputStream in = Objects.requireNonNull(PeerVenv.class.getResourceAsStream(name))) {
      Files.createDirectories(file.resolveSibling(""));
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  private static String interpreter(PeerPackages peer) {
    return InstalledPython.all()
        .filter(python -> peer.runsOn(python.minor()))
        .findFirst()
        .map(InstalledPython::command)
        .orElseThrow(
            () ->
                new PeerException(
                    "%s needs Python %s, which was not found"
                        .formatted(peer.title(), peer.pythons())));
  }
}
