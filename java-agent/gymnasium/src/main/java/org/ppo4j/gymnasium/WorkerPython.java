package org.ppo4j.gymnasium;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.env.EnvException;

/**
 * A Python interpreter that workers run in, and the variables that they are started with.
 *
 * <p>It needs Gymnasium and Py4J. Of the package {@code ppo4j_bridge} it uses the one that it has
 * installed, as the project's {@code .venv} has, or else that of {@link PackagedBridge}.
 */
final class WorkerPython {
  /** The minor version of the oldest Python 3 that runs a worker. */
  static final int OLDEST_MINOR = 11;

  /** The packages that a worker requires, in pip's form, by the names that Python imports. */
  static final Map<String, String> REQUIREMENTS =
      Map.of(
          "gymnasium", "gymnasium>=1.0,<2",
          "numpy", "numpy>=1.23.2,<3",
          "py4j", "py4j==" + PinnedVersions.PY4J);

  private static final String BRIDGE = "ppo4j_bridge";
  private static final List<String> IMPORTED = List.of("gymnasium", "py4j", "numpy");

  private static final String CHECK =
      """
      import importlib.util, sys
      print("python %d %d" % sys.version_info[:2])
      for name in sys.argv[1:]:
          if importlib.util.find_spec(name) is None:
              print("missing", name)
      """;

  /** Numerical libraries must not start threads: the workers share the processors among them. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "OMP_NUM_THREADS", "1",
          "OPENBLAS_NUM_THREADS", "1",
          "MKL_NUM_THREADS", "1",
          "PYGAME_HIDE_SUPPORT_PROMPT", "1",
          "PYTHONUTF8", "1");

  /** Keeps the current folder off the start of Python's module path; needs Python 3.11. */
  private static final String SAFE_PATH = "PYTHONSAFEPATH";

  /** The value by which the bridge knows that the variable is not the user's. */
  private static final String OURS = "ppo4j";

  private static final String HASH_SEED = "PYTHONHASHSEED";

  /** Prints the files that PYTHONPATH puts before Python's own modules or the packages needed. */
  private static final String SHADOWS =
      """
      import os, sys
      for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep):
          folder = os.path.abspath(folder)
          files = os.listdir(folder) if os.path.isdir(folder) else []
          if any(each.startswith("site-packages") for each in folder.split(os.sep)):
              continue
          for file in sorted(files):
              name, ending = os.path.splitext(file)
              if name in sys.stdlib_module_names and ending == ".py":
                  print(name, "Python's own", os.path.join(folder, file), sep="\t")
              elif ending == ".py" and name in sys.argv[1:]:
                  print(name, "the package's", os.path.join(folder, file), sep="\t")
      """;

  private final Path python;
  private final Map<String, String> variables;

  private WorkerPython(Path python, Map<String, String> variables) {
    this.python = python;
    this.variables = Map.copyOf(variables);
  }

  /**
   * Checks an interpreter.
   *
   * @throws EnvException if it cannot be run, is too old or lacks a package
   */
  static WorkerPython of(Path python) {
    Optional<List<String>> answer = check(python);
    if (answer.isEmpty()) {
      return new WorkerPython(python, VARIABLES); // the worker will fail with the reason
    }
    answer.get().stream()
        .filter(line -> line.matches("python \\d+ \\d+"))
        .findFirst()
        .ifPresent(line -> requireVersion(python, line.split(" ", -1)));
    List<String> missing =
        IMPORTED.stream().filter(name -> answer.get().contains("missing " + name)).toList();
    if (!missing.isEmpty()) {
      throw new EnvException(
          "%s lacks the packages %s: run %s"
              .formatted(python, String.join(", ", missing), installCommand(python, missing)));
    }
    if (!answer.get().contains("missing " + BRIDGE)) {
      return new WorkerPython(python, VARIABLES);
    }
    Map<String, String> variables = new HashMap<>(VARIABLES);
    String inherited = System.getenv("PYTHONPATH");
    String packaged = PackagedBridge.file().toString();
    variables.put(
        "PYTHONPATH",
        inherited == null || inherited.isEmpty()
            ? packaged
            : inherited + File.pathSeparator + packaged);
    return new WorkerPython(python, variables);
  }

  /** Returns the lines that the check prints, or nothing if it fails. */
  private static Optional<List<String>> check(Path python) {
    List<String> command = new ArrayList<>(List.of(python.toString(), "-c", CHECK, BRIDGE));
    command.addAll(IMPORTED);
    try {
      return ShortProgram.output(command).map(output -> output.lines().toList());
    } catch (IOException e) {
      throw cannotStart(python, e);
    }
  }

  private static void requireVersion(Path python, String[] words) {
    int major = Integer.parseInt(words[1]);
    int minor = Integer.parseInt(words[2]);
    if (major != 3 || minor < OLDEST_MINOR) {
      throw new EnvException(
          "%s is Python %d.%d: expected 3.%d or newer; install one and set %s to it"
              .formatted(python, major, minor, OLDEST_MINOR, PythonFinder.VARIABLE));
    }
  }

  private static String installCommand(Path python, List<String> missing) {
    List<String> command = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install"));
    missing.forEach(name -> command.add(REQUIREMENTS.getOrDefault(name, name)));
    return ShellCommand.of(command);
  }

  private static EnvException cannotStart(Path python, IOException e) {
    return new EnvException(
        "cannot start %s: %s; expected a Python interpreter, which %s can name"
            .formatted(python, e.getMessage(), PythonFinder.VARIABLE),
        e);
  }

  /**
   * Has the Python that {@code builder} starts not import from the current folder, where a file
   * {@code json.py} would hide Python's own module, or be another user's.
   */
  static void ignoreCurrentFolder(ProcessBuilder builder) {
    builder.environment().putIfAbsent(SAFE_PATH, OURS);
  }

  /** Returns which file hides a module that Python needs, if one does. */
  Optional<String> shadowing() {
    List<String> command = new ArrayList<>(List.of(python.toString(), "-I", "-c", SHADOWS));
    command.addAll(IMPORTED);
    try {
      return ShortProgram.output(command)
          .flatMap(output -> output.lines().findFirst())
          .map(line -> line.split("\t", 3))
          .filter(words -> words.length == 3)
          .map(
              words ->
                  "%s, which is in a folder of PYTHONPATH, hides %s module %s: rename it, or take its folder out of PYTHONPATH"
                      .formatted(words[2], words[1], words[0]));
    } catch (IOException e) {
      throw cannotStart(python, e);
    }
  }

  /** Kills the process group of a worker whose guard cannot; does nothing if it is empty. */
  void killGroup(long group) {
    if (group == 0) {
      return;
    }
    try {
      ShortProgram.output(List.of("kill", "-KILL", "--", "-" + group));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kill", e);
    }
  }

  /**
   * Starts {@code python -m ppo4j_bridge}.
   *
   * @param hashSeed the value of {@code PYTHONHASHSEED}, unless the user has set it
   */
  Process startWorker(String hashSeed) {
    ProcessBuilder builder = new ProcessBuilder(python.toString(), "-m", BRIDGE);
    builder.environment().putAll(variables);
    builder.environment().putIfAbsent(HASH_SEED, hashSeed);
    ignoreCurrentFolder(builder);
    try {
      return builder.start();
    } catch (IOException e) {
      throw cannotStart(python, e);
    }
  }

  /**
   * Returns what to throw when the interpreter has a bridge installed that does not fit.
   *
   * @param difference what is wrong with it, "speaks version 1 of the protocol instead of 2"
   */
  EnvException otherBridge(String difference) {
    return new EnvException(
        "the package ppo4j_bridge in %s %s: run %s, after which this program uses its own copy"
            .formatted(
                python,
                difference,
                ShellCommand.of(
                    python.toString(), "-m", "pip", "uninstall", "-y", "ppo4j-bridge")));
  }

  @Override
  public String toString() {
    return python.toString();
  }
}
