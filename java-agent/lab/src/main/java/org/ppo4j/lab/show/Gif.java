package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * An animated GIF that repeats for ever. Browsers show at most 50 pictures in a second, so of
 * faster films every second, third, ... one is kept.
 */
final class Gif implements Film {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";
  private static final int MOST_PER_SECOND = 50;

  private final ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
  private final ImageOutputStream out;
  private final int every;
  private final int hundredths;
  private int frames;

  Gif(Path file, int framesPerSecond) throws IOException {
    every = (framesPerSecond + MOST_PER_SECOND - 1) / MOST_PER_SECOND;
    hundredths = Math.max(2, (int) Math.round(100.0 * every / framesPerSecond));
    Files.deleteIfExists(file); // a stream does not shorten what exists
    out = ImageIO.createImageOutputStream(file.toFile());
    writer.setOutput(out);
    writer.prepareWriteSequence(null);
  }

  @Override
  public void add(BufferedImage frame) throws IOException {
    if (frames++ % every == 0) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(frame), writer.getDefaultWriteParam());
      describe(metadata);
      writer.writeToSequence(new IIOImage(frame, null, metadata), null);
    }
  }

  private void describe(IIOMetadata metadata) throws IOException {
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(hundredths));
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    root.appendChild(control);
    if (frames == 1) {
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(new byte[] {1, 0, 0});
      IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
      extensions.appendChild(loop);
      root.appendChild(extensions);
    }
    metadata.mergeTree(FORMAT, root);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }
}
