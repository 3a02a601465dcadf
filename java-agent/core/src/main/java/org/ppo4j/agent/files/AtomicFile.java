package org.ppo4j.agent.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes a file so that a reader, even after a power cut, finds either the whole old content or the
 * whole new content: writes a temporary file, forces it to the disk, and renames it.
 */
public final class AtomicFile {
  /** The temporary file's ending; a power cut may leave such a file. */
  public static final String TEMPORARY = ".tmp";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it to {@code out}, which the caller closes. */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes {@code file}; once this returns, the new content is on the disk.
   *
   * @throws IOException if that fails; {@code file} is then the old one or, where only its name
   *     could not be forced to the disk, the new one
   */
  public static void write(Path file, Content content) throws IOException {
    write(Storage.DISK, file, content);
  }

  public static void write(Storage storage, Path file, Content content) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path temporary = folder.resolve("." + file.getFileName() + TEMPORARY);
    try {
      try (Storage.Output output = storage.create(temporary)) {
        BufferedOutputStream buffer = new BufferedOutputStream(output);
        content.writeTo(buffer);
        buffer.flush();
        output.force();
      }
      storage.rename(temporary, file);
      storage.forceFolder(folder);
    } catch (IOException e) {
      deleteQuietly(storage, temporary);
      throw IoErrors.named(e, temporary, file);
    }
  }

  private static void deleteQuietly(Storage storage, Path file) {
    try {
      storage.deleteIfExists(file);
    } catch (IOException e) {
      // The caller reports the failure that led here.
    }
  }
}
