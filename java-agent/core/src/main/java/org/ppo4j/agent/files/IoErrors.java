package org.ppo4j.agent.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns an {@link IOException} into a sentence; the JDK's own message is often only a path. */
public final class IoErrors {
  private IoErrors() {}

  /**
   * Returns an exception whose message says what failed and why.
   *
   * @param what what failed, such as {@code "cannot read episodes.csv"}
   */
  public static UncheckedIOException unchecked(String what, IOException e) {
    return new UncheckedIOException(what + ": " + reason(e), e);
  }

  /**
   * Returns an exception that names {@code file} instead of the temporary file as which it is
   * written; if there is no folder for it, the folder.
   */
  public static IOException named(IOException e, Path temporary, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean isMissing = e instanceof NoSuchFileException || e instanceof FileNotFoundException;
    if (isMissing && folder != null && !Files.exists(folder)) {
      return new NoSuchFileException(folder.toString());
    }
    String message = e.getMessage();
    if (message == null || !message.contains(temporary.toString())) {
      return e;
    }
    return switch (e) {
      case AccessDeniedException _ -> new AccessDeniedException(file.toString());
      case FileSystemException other when other.getReason() != null ->
          new FileSystemException(file.toString(), null, other.getReason());
      default -> new IOException(message.replace(temporary.toString(), file.toString()), e);
    };
  }

  /** Returns the reason as a clause that follows the operation and the file's name. */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case FileAlreadyExistsException existing -> inTheWay(existing.getFile());
      case NotDirectoryException file -> file.getFile() + " is not a folder";
      case DirectoryNotEmptyException folder -> folder.getFile() + " is not empty";
      case AccessDeniedException denied -> "permission to %s is denied".formatted(denied.getFile());
      case FileSystemException other when other.getReason() != null ->
          "%s: %s".formatted(other.getFile(), other.getReason());
      case JsonProcessingException broken -> notJson(broken.getLocation());
      default -> e.getMessage() != null ? e.getMessage() : e.toString();
    };
  }

  private static String notJson(@Nullable JsonLocation place) {
    return place == null
        ? "it is not JSON"
        : "it is not JSON at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr());
  }

  private static String inTheWay(String file) {
    return file + " is there already" + (Files.isDirectory(Path.of(file)) ? "" : ", as a file");
  }
}
