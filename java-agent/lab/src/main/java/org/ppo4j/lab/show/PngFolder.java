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

  /** Creates {@code folder} where it is missing; files of these names are replaced. */
  public PngFolder(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  @Override
  public void add(BufferedImage frame) throws IOException {
    String name = String.format(Locale.ROOT, "frame_%06d.png", frames++);
    ImageIO.write(frame, "png", folder.resolve(name).toFile());
  }

  @Override
  public void close() {}
}
