package org.ppo4j.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ppo4j.lab.bench.ProgramException;

/** Builds the module benchmarks, which holds the programs that {@code bench} measures. */
final class BenchmarkBuild {
  private BenchmarkBuild() {}

  /**
   * Builds the module and returns the class path of its programs.
   *
   * @param home the project's folder
   * @throws ProgramException if the build fails
   */
  static String classPath(Path home) {
    Path script = home.resolve("benchmarks/class-path");
    try {
      Process build =
          new ProcessBuilder(script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (build.waitFor() != 0 || output.isEmpty()) {
        throw new ProgramException("%s failed: %s".formatted(script, output));
      }
      return output.lines().toList().getLast();
    } catch (IOException e) {
      throw new ProgramException("cannot run %s: %s".formatted(script, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramException("interrupted while the benchmarks were built", e);
    }
  }
}
