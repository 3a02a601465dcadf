package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;

/**
 * The Python package {@code ppo4j_bridge} as this module carries it, for interpreters that do not
 * have it installed.
 *
 * <p>Python imports it from a zip file of mode 0600 in the folder for temporary files, one for each
 * JVM. The file is deleted when the JVM ends and not before: a process that an environment starts
 * may import the package again.
 */
final class PackagedBridge {
  private static final String PACKAGE = "ppo4j_bridge/";

  /** The modules of the package, which a class loader cannot list. */
  static final List<String> MODULES =
      List.of(
          "__init__.py",
          "__main__.py",
          "atari.py",
          "failures.py",
          "fitting.py",
          "frames.py",
          "guard.py",
          "host.py",
          "hosting.py",
          "layout.py",
          "main_thread.py",
          "making.py",
          "masking.py",
          "mlflow_tracker.py",
          "optuna_study.py",
          "process.py",
          "ray_actor.py",
          "ray_driver.py",
          "ray_local.py",
          "rendering.py",
          "reports.py",
          "seeding.py",
          "server.py",
          "service.py",
          "spaces.py",
          "tracker.py",
          "tracking.py",
          "tuning.py",
          "vector_hosting.py",
          "wandb_tracker.py",
          "wrapping.py");

  private static @Nullable Path file;

  private PackagedBridge() {}

  /**
   * Returns the zip file, an entry for {@code PYTHONPATH}. It is made when it is not there.
   *
   * @throws EnvException if it cannot be written
   */
  static synchronized Path file() {
    Path made = file;
    if (made == null || !Files.exists(made)) {
      made = write();
      file = made;
    }
    return made;
  }

  private static Path write() {
    String folder = System.getProperty("java.io.tmpdir");
    try {
      Path zip = Files.createTempFile("ppo4j-bridge-", ".zip");
      zip.toFile().deleteOnExit();
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
        for (String module : MODULES) {
          out.putNextEntry(new ZipEntry(PACKAGE + module));
          copy(module, out);
        }
      }
      return zip;
    } catch (IOException e) {
      throw new EnvException(
          "cannot write the Python package ppo4j_bridge into %s: %s; expected a folder with space for it, which -Djava.io.tmpdir can name"
              .formatted(folder, e),
          e);
    }
  }

  private static void copy(String module, ZipOutputStream out) throws IOException {
    try (InputStream in = PackagedBridge.class.getResourceAsStream(PACKAGE + module)) {
      if (in == null) {
        throw new IllegalStateException(PACKAGE + module + " is missing from the build");
      }
      in.transferTo(out);
    }
  }
}
