package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Pictures of one size in the order of time, written to a file or a folder. */
public interface Film extends Closeable {

  /** Adds the next picture. */
  void add(BufferedImage frame) throws IOException;

  /**
   * Creates a film.
   *
   * @param file its name ends in {@code .mp4} or {@code .gif}; replaced if it exists
   * @param framesPerSecond the pictures shown in a second
   * @throws IllegalArgumentException if the name has another ending
   */
  static Film of(Path file, int framesPerSecond) throws IOException {
    requireKnown(file);
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gif")
        ? new Gif(file, framesPerSecond)
        : new Mp4(file, framesPerSecond);
  }

  /** Throws {@link IllegalArgumentException} unless {@code file} names a kind of film. */
  static void requireKnown(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".gif") && !name.endsWith(".mp4")) {
      throw new IllegalArgumentException(
          "the video file %s must end in .mp4 or .gif, which says what is written".formatted(file));
    }
  }
}
