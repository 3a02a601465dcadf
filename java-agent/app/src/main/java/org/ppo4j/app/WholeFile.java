package org.ppo4j.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.ppo4j.agent.files.IoErrors;

/** Writes files by libraries that take a path, so that a file with its final name is whole. */
final class WholeFile {
  private WholeFile() {}

  /** Writes a file. */
  @FunctionalInterface
  interface Content<T> {
    /** Writes all of it to {@code temporary}, and returns what else there is to know. */
    T writeTo(Path temporary) throws IOException;
  }

  /**
   * Writes a hidden file beside {@code file}, whose name has the same ending, and renames it when
   * it is whole. If that fails, nothing is left, and an existing {@code file} stays as it is.
   *
   * @return what {@code content} returned
   */
  static <T> T write(Path file, Content<T> content) throws IOException {
    Path temporary = file.resolveSibling(".tmp-" + file.getFileName());
    try {
      T result = content.writeTo(temporary);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      return result;
    } catch (IOException e) {
      throw IoErrors.named(e, temporary, file);
    } catch (UncheckedIOException e) {
      throw IoErrors.named(Objects.requireNonNull(e.getCause()), temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
