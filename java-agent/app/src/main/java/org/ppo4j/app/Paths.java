package org.ppo4j.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Names of files and folders on the command line. */
final class Paths {
  private Paths() {}

  /** Makes {@code command} and its subcommands parse all paths in this way. */
  static void register(CommandLine command) {
    command.registerConverter(Path.class, Paths::parse);
  }

  /**
   * Parses a name; an empty one, which a shell makes of a variable that is not set, does not stand
   * for the working folder.
   */
  static Path parse(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException(
          "the name is empty; give a file or folder, or . for the working folder");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "%s cannot be a name of a file: %s".formatted(text, e.getReason()));
    }
  }
}
