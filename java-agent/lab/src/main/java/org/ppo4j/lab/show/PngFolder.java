package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A folder of PNG files, {@code frame_000000.png} and so on. */
public final class PngFolder implements Film {
  private final Path folder;
  private int frames;

  /** Writes to {@code folder}, which the first frame creates; files of these names are replaced. */
  public PngFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public void add(BufferedImage frame) throws IOException {
    if (frames == 0) {
      Files.createDirectories(folder);
    }
    String name = String.format(Locale.ROOT, "frame_%06d.png", frames++);
    ImageIO.write(frame, "png", folder.resolve(name).toFile());
  }

  @Override
  public void close() {}
}
