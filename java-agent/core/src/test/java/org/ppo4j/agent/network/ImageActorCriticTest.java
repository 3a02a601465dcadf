package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.kernel.Kernels;

/** Convolutional networks, compared with PyTorch's autograd and with themselves. */
class ImageActorCriticTest {

  static List<ImageRecording> networks() throws IOException {
    return ImageRecording.all();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void forwardAndBackwardAgreeWithPytorch(ImageRecording recording) {
    try (ImageActorCritic network = network(recording, 1, Kernels.best())) {
      recording.assertAgrees(recording.run(network));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void bytesDependNeitherOnThreadsNorOnVectors(ImageRecording recording) {
    try (ImageActorCritic one = network(recording, 1, Kernels.best());
        ImageActorCritic two = network(recording, 2, Kernels.best());
        ImageActorCritic scalar = network(recording, 1, Kernels.scalar())) {
      ImageRecording.Pass expected = recording.run(one);
      for (ImageActorCritic other : List.of(two, scalar)) {
        ImageRecording.Pass actual = recording.run(other);
        assertThat(actual.policy()).isEqualTo(expected.policy());
        assertThat(actual.values()).isEqualTo(expected.values());
        assertThat(actual.gradients()).isEqualTo(expected.gradients());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void oneNetworkAloneAndOneRowAloneGiveWhatForwardGives(ImageRecording recording) {
    try (ImageActorCritic network = network(recording, 2, Kernels.best())) {
      ImageRecording.Pass both = recording.run(network);
      float[] inputs = recording.golden().floats("inputs");
      float[] policy = new float[both.policy().length];
      network.policy(inputs, recording.rows(), policy);
      float[] values = new float[recording.rows()];
      network.values(inputs, recording.rows(), values);
      assertThat(policy).isEqualTo(both.policy());
      assertThat(values).isEqualTo(both.values());
      network.values(inputs, 1, values);
      assertThat(values[0]).isEqualTo(both.values()[0]);
    }
  }

  /** The auxiliary head is compared with networks of which it is the policy's head. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void theAuxiliaryHeadLearnsAsAPolicysDoes(int width) {
    int rows = 7;
    List<Integer> hidden = width == 0 ? List.of() : List.of(width);
    List<ImageInput> images = List.of(image(9, 8, Cnn.parse("3x3s2")));
    NetworkSpec spec =
        new NetworkSpec(2, images, hidden, Activation.RELU, 3, 2).withAuxiliaryValue(true);
    NetworkSpec plain = new NetworkSpec(2, images, hidden, Activation.RELU, 1, 0);
    float[] inputs = Rows.random(rows * 2, 2);
    byte[] pixels = new byte[rows * spec.imageBytes()];
    new Random(1).nextBytes(pixels);
    float[] byAuxiliary = Rows.random(rows, 3);
    float[] byValue = Rows.random(rows, 4);
    float[] policy = new float[rows * 3];
    float[] auxiliary = new float[rows];
    float[] values = new float[rows];
    float[] expected = new float[rows];
    NetworkSpec.Layer head = plain.actorLayers().getLast();
    int at = spec.auxiliaryHead().weights();
    try (ImageActorCritic network = new ImageActorCritic(spec, 2);
        ImageActorCritic other = new ImageActorCritic(plain, 1)) {
      System.arraycopy(
          Rows.random(spec.parameterCount(), 5), 0, network.parameters(), 0, spec.parameterCount());
      System.arraycopy(network.parameters(), 0, other.parameters(), 0, head.weights());
      System.arraycopy(network.parameters(), at, other.parameters(), head.weights(), head.in() + 1);
      for (ImageActorCritic each : List.of(network, other)) {
        each.parametersChanged();
        each.images(pixels);
      }
      network.auxiliaryForward(inputs, rows, policy, auxiliary, values);
      network.auxiliaryBackward(inputs, rows, new float[rows * 3], byAuxiliary, byValue);
      other.forward(inputs, rows, expected, new float[rows]);
      other.backward(inputs, rows, byAuxiliary, byValue);

      assertThat(auxiliary).isEqualTo(expected);
      assertThat(Arrays.copyOf(network.gradients(), head.weights()))
          .isEqualTo(Arrays.copyOf(other.gradients(), head.weights()));
      assertThat(Arrays.copyOfRange(network.gradients(), at, at + head.in() + 1))
          .isEqualTo(
              Arrays.copyOfRange(
                  other.gradients(), head.weights(), head.weights() + head.in() + 1));

      network.backward(inputs, rows, Rows.random(rows * 3, 6), byValue);
      assertThat(Arrays.copyOfRange(network.gradients(), at, spec.parameterCount()))
          .containsOnly(0);
    }
  }

  @Test
  void startsOrthogonal() {
    NetworkSpec spec =
        new NetworkSpec(0, List.of(image(40, 40, Cnn.NATURE)), List.of(16), Activation.RELU, 4, 0)
            .withSharedTrunk(true);
    float[] first = initialized(spec);
    NetworkSpec.Layer layer = spec.actorConvolutions().getFirst(); // 192 x 32
    for (int a = 0; a < layer.out(); a++) {
      for (int b = 0; b <= a; b++) {
        double dot = 0;
        for (int i = 0; i < layer.in(); i++) {
          dot += (double) first[i * layer.out() + a] * first[i * layer.out() + b];
        }
        assertThat(dot).isCloseTo(a == b ? 2 : 0, within(1e-5));
      }
    }
    assertThat(spec.parameterCount())
        .isEqualTo(192 * 32 + 32 + 512 * 64 + 64 + 576 * 64 + 64 + 64 * 16 + 16 + 16 * 4 + 4 + 17);
  }

  private static float[] initialized(NetworkSpec spec) {
    try (ImageActorCritic network = new ImageActorCritic(spec, 1)) {
      OrthogonalInit.initialize(network, 0.01, 0, RandomSource.XO_SHI_RO_256_PP.create(1));
      return network.parameters().clone();
    }
  }

  @Test
  void smallImagesAreRefusedInASentence() {
    assertThatThrownBy(() -> image(7, 7, Cnn.NATURE))
        .hasMessage(
            "an image of 7 x 7 pixels is too small for cnn nature: 7 x 7 pixels reach its kernels"
                + " of 8 x 8; use larger images, smaller kernels, or cnn none");
    assertThatThrownBy(() -> image(20, 20, Cnn.NATURE))
        .hasMessageContaining("1 x 1 pixels reach its kernels of 3 x 3");
  }

  @Test
  void convolutionsAreReadAndWritten() {
    assertThat(Cnn.parse("32x8s4,64x4s2p1").layers())
        .containsExactly(new Cnn.Convolution(32, 8, 4, 0), new Cnn.Convolution(64, 4, 2, 1));
    for (String text : List.of("auto", "none", "nature", "impala", "32x8s4,64x4s2p1")) {
      assertThat(Cnn.parse(text)).hasToString(text);
    }
    assertThatThrownBy(() -> Cnn.parse("32x8s4,64"))
        .hasMessage(
            "cnn '32x8s4,64' is not auto, none, nature, impala or a list of convolutions such as"
                + " 32x8s4,64x4s2,64x3s1 (channels x kernel s stride): '64' is not one");
    assertThatThrownBy(() -> Cnn.parse("0x8s4")).hasMessageContaining("at least one channel");
  }

  @Test
  void factoriesOfImagesAreRefused() {
    NetworkSpec spec =
        new NetworkSpec(0, List.of(image(40, 40, Cnn.NATURE)), List.of(16), Activation.RELU, 4, 0)
            .withSharedTrunk(true);
    NetworkFactory factory = (shape, threads) -> new ImageActorCritic(shape, threads);
    assertThatThrownBy(() -> ActorCritics.create(factory, spec, 1))
        .hasMessageContaining("cnn nature needs convolutions, which")
        .hasMessageContaining("use the engine simd and its networks");
  }

  private static ImageInput image(int height, int width, Cnn cnn) {
    return new ImageInput(height, width, 3, false, true, cnn);
  }

  private static ImageActorCritic network(ImageRecording recording, int threads, Kernels kernels) {
    ImageActorCritic network = new ImageActorCritic(recording.spec(), threads, kernels);
    recording.load(network);
    return network;
  }
}
