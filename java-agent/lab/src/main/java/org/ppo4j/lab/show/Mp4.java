package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.jcodec.api.awt.AWTSequenceEncoder;

/** An MP4 file of H.264 pictures; their sides are cut to even numbers, as H.264 needs. */
final class Mp4 implements Film {
  private final AWTSequenceEncoder encoder;

  Mp4(Path file, int framesPerSecond) throws IOException {
    encoder = AWTSequenceEncoder.createSequenceEncoder(file.toFile(), framesPerSecond);
  }

  @Override
  public void add(BufferedImage frame) throws IOException {
    encoder.encodeImage(frame.getSubimage(0, 0, frame.getWidth() & ~1, frame.getHeight() & ~1));
  }

  @Override
  public void close() throws IOException {
    encoder.finish();
  }
}
