package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ppo4j.env.EnvException;

/** Modules of the package {@code ppo4j_bridge} as processes. */
public final class BridgeModule {
  private BridgeModule() {}

  /**
   * Starts {@code python -m ppo4j_bridge.<module>}, with the package that this artifact carries.
   *
   * @param arguments the arguments of the module
   * @param variables environment variables that the process gets in addition to those of this one
   * @throws EnvException if there is no such interpreter
   */
  public static Process start(
      Path python, String module, List<String> arguments, Map<String, String> variables) {
    List<String> command =
        new ArrayList<>(List.of(python.toString(), "-m", "ppo4j_bridge." + module));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(false);
    builder.environment().putAll(variables);
    builder.environment().put("PYTHONPATH", PackagedBridge.file().toString());
    builder.environment().put("PYTHONUTF8", "1");
    WorkerPython.ignoreCurrentFolder(builder);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new EnvException(
          "cannot start %s: %s; expected a Python interpreter, which %s can name"
              .formatted(python, e.getMessage(), PythonFinder.VARIABLE),
          e);
    }
  }
}
