package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions worked out by hand, and descriptions of images that contradict themselves. */
class ImagePolicyTest {
  private static final String ACTION = PolicyFiles.box(1, -999, 999);

  @TempDir private Path folder;

  /** Pixels in units of 255: (1, 2; 4, 8) / 255 with weights 1, 10, 100, 1000 and bias 0.5. */
  @Test
  void aConvolutionIsASumOverRowsAndColumns() throws IOException {
    PolicyFiles files =
        PolicyFiles.of(PolicyFiles.image(2, 2), 0, ACTION, 1)
            .image(2, 2, 1, false, "1x2s1")
            // convolution, head, critic's head
            .shared()
            .parameters(255, 2550, 25_500, 255_000, 0.5f, 0.01f, 1, 0, 0);
    try (Policy policy = files.load(folder)) {
      assertThat(policy.act(new double[] {1, 2, 4, 8})[0])
          .isCloseTo(0.01 * (1 + 20 + 400 + 8000 + 0.5) + 1, within(1e-4));
      // A rectifier follows.
      assertThat(policy.act(new double[] {0, 0, 0, 0})[0]).isCloseTo(1.005, within(1e-6));
    }
  }

  /** Channels (1, 2) and (4, 8) of two pixels: stored by channel, weighted by pixel. */
  @Test
  void channelsFirstAreReadByPixel() throws IOException {
    PolicyFiles last =
        PolicyFiles.of(PolicyFiles.image(2, 2, 2), 0, ACTION, 1)
            .image(2, 2, 2, false, "1x2s2")
            .parameters(weights());
    PolicyFiles first =
        PolicyFiles.of(PolicyFiles.image(2, 3, 3), 0, ACTION, 1)
            .image(3, 3, 2, true, "1x2s2")
            .parameters(weights());
    try (Policy policy = last.load(folder)) {
      assertThat(policy.act(new double[] {1, 2, 3, 4, 5, 6, 7, 8})[0])
          .isCloseTo(1 + 4 + 9 + 16 + 25 + 36 + 49 + 64, within(1e-4));
    }
    try (Policy policy = first.load(folder)) {
      double[] image = {1, 3, 0, 5, 7, 0, 0, 0, 0, 2, 4, 0, 6, 8, 0, 0, 0, 0};
      assertThat(policy.act(image)[0]).isCloseTo(1 + 4 + 9 + 16 + 25 + 36 + 49 + 64, within(1e-4));
    }
  }

  /** Convolution, head, the same of the critic. */
  private static float[] weights() {
    float[] weights = new float[2 * 11];
    for (int i = 0; i < 8; i++) {
      weights[i] = 255 * (i + 1);
    }
    weights[9] = 1;
    return weights;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 2 | 1 | 1x3s1 | 2 x 2 pixels reach kernels of 3 x 3",
        "2 | 2 | 1 | 1x3s1p3 | 1x3s1p3 is not a convolution",
        "2 | 2 | 1 | 0x1s1 | 0x1s1 is not a convolution",
        "2 | 2 | 1 | gelu | has the convolutions gelu, which this version of ppo4j-policy does not",
        "2 | 2 | 1 | 1x1s | has the convolutions 1x1s, which this version",
        "2 | 2 | 1 | 1x99999999999s1 | has the convolutions 1x99999999999s1, which this version",
        "2 | 3 | 1 | 1x1s1 | the network takes 1 images, but observations have only 0 of them",
        "2147483647 | 2147483647 | 2147483647 | 1x1s1 | more than any policy has",
        "2 | 2 | 1 | 2147483647x1s1 | more than any policy has",
        "2 | 2 | 1 | 1x2147483647s1p2147483646 | more than any policy has",
        "0 | 2 | 1 | 1x1s1 | is not an integer from 1 to 2147483647",
      })
  void aContradictionIsRefused(int height, int width, int channels, String cnn, String message)
      throws IOException {
    Path file =
        PolicyFiles.of(PolicyFiles.image(2, 2), 0, ACTION, 1)
            .image(height, width, channels, false, cnn)
            .parameters(new float[14])
            .write(folder);
    assertThatExceptionOfType(PolicyException.class)
        .isThrownBy(() -> Policy.load(file))
        .withMessageContaining(message);
  }

  @Test
  void imagesThatAreNotAmongTheInputsAreRefused() throws IOException {
    Path file =
        PolicyFiles.of(PolicyFiles.image(2, 2), 4, ACTION, 1)
            .image(2, 2, 1, false, "1x2s1")
            .parameters(new float[14])
            .write(folder);
    assertThatExceptionOfType(PolicyException.class)
        .isThrownBy(() -> Policy.load(file))
        .withMessageContaining("the network has 4 inputs, but observations have 0 features");
  }
}
