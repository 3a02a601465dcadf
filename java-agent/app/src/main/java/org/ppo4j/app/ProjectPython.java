package org.ppo4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.gymnasium.PythonFinder;
import org.ppo4j.gymnasium.PythonSetup;

/** Sets up the project's Python for commands that need it. */
final class ProjectPython {
  private ProjectPython() {}

  /**
   * Makes sure that the project's {@code .venv} is complete. Does nothing if the user names another
   * Python, or if Java was not started by the launcher, so that the project is unknown.
   *
   * @param err receives messages about what takes long
   * @throws org.ppo4j.env.EnvException if {@code .venv} cannot be made
   */
  static void setUp(PrintWriter err) {
    Path home = Launcher.home();
    String named = System.getenv(PythonFinder.VARIABLE);
    if (home == null || (named != null && !named.isEmpty())) {
      return;
    }
    try {
      new PythonSetup(
              home,
              line -> {
                err.println(line);
                err.flush();
              })
          .ensure();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot set up " + home.resolve(".venv"), e);
    }
  }
}
