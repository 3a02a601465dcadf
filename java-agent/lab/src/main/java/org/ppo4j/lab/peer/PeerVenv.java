package org.ppo4j.lab.peer;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoFailure;
import org.ppo4j.agent.files.Json;

/**
 * A peer's Python: a virtual environment {@code .venv-<peer>} with pinned packages, made once, and
 * anew when other packages are asked for. The file {@code complete} in it, which names them, is
 * written last.
 */
public final class PeerVenv {
  /** The environment variable that names the folder of the virtual environments. */
  public static final String VARIABLE = "PPO4J_PEERS";

  private static final List<String> INTERPRETERS =
      List.of(
          "python3",
          "python3.11",
          "python3.12",
          "python3.13",
          "python3.14",
          "python3.10",
          "python");

  private static final String VERSIONS =
      """
      import importlib.metadata as m, json, platform
      names = ["cleanrl", "stable-baselines3", "sbx-rl", "jax", "envpool"]
      names += ["gymnasium", "gym", "mujoco", "numpy", "torch"]
      found = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in m.distributions()}
      found = {n: v for n, v in found.items() if n in names}
      print(json.dumps(found | {"python": platform.python_version()}))
      """;

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
    Path venv = folder.resolve(".venv-" + peer.folder()).toAbsolutePath();
    Path python = venv.resolve("bin/python");
    Path complete = venv.resolve("complete");
    String packages = packages(peer);
    try {
      if (Files.exists(complete) && Files.readString(complete).equals(packages)) {
        return python;
      }
      progress.accept("Installing %s in %s (once, some minutes)".formatted(peer.title(), venv));
      Files.createDirectories(folder);
      run(List.of(interpreter(peer), "-m", "venv", "--clear", venv.toString()), peer);
      for (List<String> call : peer.calls()) {
        List<String> command =
            new ArrayList<>(
                List.of(
                    python.toString(),
                    "-m",
                    "pip",
                    "install",
                    "-q",
                    "--disable-pip-version-check"));
        command.addAll(call);
        run(command, peer);
      }
      Files.writeString(complete, packages);
      return python;
    } catch (IOException e) {
      throw new PeerException("%s cannot be installed: %s".formatted(peer.title(), e), e);
    }
  }

  /** Returns what {@code complete} says: the arguments of {@code pip install}, a line a call. */
  public static String packages(PeerPackages peer) {
    return peer.calls().stream()
        .map(call -> String.join(" ", call) + "\n")
        .collect(Collectors.joining());
  }

  /** Returns the versions of what matters in a peer's environment, by name. */
  public static Map<String, String> versions(Path python) {
    try {
      return Json.MAPPER.readValue(
          output(List.of(python.toString(), "-c", VERSIONS)).orElse("{}"),
          new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a script out of this package's resources to a file beside {@code folder}. */
  public static Path script(String name, Path folder) {
    Path file = folder.resolveSibling(name);
    try (InputStream in = Objects.requireNonNull(PeerVenv.class.getResourceAsStream(name))) {
      Files.createDirectories(file.resolveSibling(""));
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot write " + file, e);
    }
  }

  private static String interpreter(PeerPackages peer) {
    for (String command : INTERPRETERS) {
      Optional<Integer> minor =
          output(List.of(command, "-c", "import sys; print(sys.version_info.minor)"))
              .filter(text -> text.matches("\\d+"))
              .map(Integer::parseInt);
      if (minor.isPresent() && peer.runsOn(minor.get())) {
        return command;
      }
    }
    throw new PeerException(
        "%s needs Python %s, which was not found".formatted(peer.title(), peer.pythons()));
  }

  private static void run(List<String> command, PeerPackages peer) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (waitFor(process) != 0) {
      throw new PeerException(
          "%s cannot be installed, since %s failed: %s"
              .formatted(
                  peer.title(),
                  String.join(" ", command),
                  output.lines().reduce((before, after) -> after).orElse("it said nothing")));
    }
  }

  /** Returns what a command printed; nothing if there is no such command or it failed. */
  private static Optional<String> output(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return waitFor(process) == 0 ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
  }
}
