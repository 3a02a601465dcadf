package org.ppo4j.lab.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.jcodec.api.FrameGrab;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.model.Picture;
import org.jcodec.scale.AWTUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilmTest {
  private static final Color[] COLORS = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};

  @TempDir private Path folder;

  @Test
  void aGifHasAllFramesAndRepeats() throws IOException {
    Path file = Files.write(folder.resolve("film.gif"), new byte[100_000]);
    write(file, 20);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(COLORS.length);
      for (int i = 0; i < COLORS.length; i++) {
        assertThat(new Color(reader.read(i).getRGB(3, 3))).isEqualTo(COLORS[i]);
      }
      IIOMetadataNode root =
          (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
      IIOMetadataNode control =
          (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
      assertThat(control.getAttribute("delayTime")).isEqualTo("5");
      assertThat(root.getElementsByTagName("ApplicationExtension").getLength()).isEqualTo(1);
    } finally {
      reader.dispose();
    }
  }

  @Test
  void aGifLeavesOutWhatBrowsersDoNotShow() throws IOException {
    Path file = folder.resolve("film.gif");
    write(file, 100);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(COLORS.length / 2);
    } finally {
      reader.dispose();
    }
  }

  /** The colours of a video are not exact; odd sides are cut. */
  @Test
  void anMp4HasAllFrames() throws Exception {
    Path file = folder.resolve("film.mp4");
    write(file, 20);
    FrameGrab grab = FrameGrab.createFrameGrab(NIOUtils.readableChannel(file.toFile()));
    for (Color color : COLORS) {
      Picture picture = grab.getNativeFrame();
      BufferedImage frame = AWTUtil.toBufferedImage(picture);
      assertThat(frame.getWidth()).isEqualTo(60);
      assertThat(frame.getHeight()).isEqualTo(40);
      Color shown = new Color(frame.getRGB(20, 20));
      assertThat(Math.abs(shown.getRed() - color.getRed())).isLessThan(40);
      assertThat(Math.abs(shown.getGreen() - color.getGreen())).isLessThan(40);
      assertThat(Math.abs(shown.getBlue() - color.getBlue())).isLessThan(40);
    }
    assertThat(grab.getNativeFrame()).isNull();
  }

  @Test
  void aFolderHasAFileForEachFrame() throws IOException {
    try (Film film = new PngFolder(folder.resolve("frames"))) {
      film.add(frame(Color.RED));
      film.add(frame(Color.BLUE));
    }
    BufferedImage second = ImageIO.read(folder.resolve("frames/frame_000001.png").toFile());
    assertThat(new Color(second.getRGB(1, 1))).isEqualTo(Color.BLUE);
  }

  @Test
  void anUnknownEndingIsRefused() {
    Path file = folder.resolve("film.avi");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Film.of(file, 30))
        .withMessage(
            "the video file %s must end in .mp4 or .gif, which says what is written", file);
    assertThat(file).doesNotExist();
  }

  private static void write(Path file, int framesPerSecond) throws IOException {
    try (Film film = Film.of(file, framesPerSecond)) {
      for (Color color : COLORS) {
        film.add(frame(color));
      }
    }
  }

  private static BufferedImage frame(Color color) {
    BufferedImage frame = new BufferedImage(61, 41, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = frame.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 61, 41);
    graphics.dispose();
    return frame;
  }
}
