package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.kernel.Kernels;

/** Convolutional networks, compared with PyTorch's autograd and with themselves. */
class ImageActorCriticTest {

  static List<Golden> networks() throws IOException {
    return Golden.all("images");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void forwardAndBackwardAgreeWithPytorch(Golden golden) {
    try (ImageActorCritic network = network(golden, 1, Kernels.best())) {
      Pass pass = new Pass(network, golden);
      assertClose(pass.policy, golden.doubles("policy_outputs"));
      assertClose(pass.values, golden.doubles("values"));
      double[] expected = golden.doubles("gradients");
      int logStd = network.shape().logStdOffset();
      Arrays.fill(expected, logStd, logStd + network.shape().logStdSize(), 0.75);
      assertClose(network.gradients(), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void bytesDependNeitherOnThreadsNorOnVectors(Golden golden) {
    try (ImageActorCritic one = network(golden, 1, Kernels.best());
        ImageActorCritic two = network(golden, 2, Kernels.best());
        ImageActorCritic scalar = network(golden, 1, Kernels.scalar())) {
      Pass expected = new Pass(one, golden);
      for (ImageActorCritic other : List.of(two, scalar)) {
        Pass actual = new Pass(other, golden);
        assertThat(actual.policy).isEqualTo(expected.policy);
        assertThat(actual.values).isEqualTo(expected.values);
        assertThat(other.gradients()).isEqualTo(one.gradients());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void oneNetworkAloneAndOneRowAloneGiveWhatForwardGives(Golden golden) {
    try (ImageActorCritic network = network(golden, 2, Kernels.best())) {
      Pass both = new Pass(network, golden);
      float[] policy = new float[both.policy.length];
      network.policy(golden.floats("inputs"), both.rows, policy);
      float[] values = new float[both.rows];
      network.values(golden.floats("inputs"), both.rows, values);
      assertThat(policy).isEqualTo(both.policy);
      assertThat(values).isEqualTo(both.values);
      network.values(golden.floats("inputs"), 1, values);
      assertThat(values[0]).isEqualTo(both.values[0]);
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
  void phasesOfTheEngineDl4jAreRefused() {
    NetworkSpec spec =
        new NetworkSpec(0, List.of(image(40, 40, Cnn.NATURE)), List.of(16), Activation.RELU, 4, 0)
            .withSharedTrunk(true);
    assertThatThrownBy(() -> ActorCritics.create(Engine.DL4J, spec))
        .hasMessageContaining("cnn nature needs convolutions, which the engine dl4j does not have");
  }

  private static ImageInput image(int height, int width, Cnn cnn) {
    return new ImageInput(height, width, 3, false, true, cnn);
  }

  /** A forward and a backward pass of a recording. */
  private static final class Pass {
    final int rows;
    final float[] policy;
    final float[] values;

    Pass(ImageActorCritic network, Golden golden) {
      rows = golden.settings().required("rows").asInt();
      policy = new float[rows * network.shape().policyOutputs()];
      values = new float[rows];
      network.images(bytes(golden.floats("bytes")));
      network.forward(golden.floats("inputs"), rows, policy, values);
      Arrays.fill(network.gradients(), 0.75f);
      network.backward(
          golden.floats("inputs"),
          rows,
          golden.floats("policy_gradients"),
          golden.floats("value_gradients"));
    }
  }

  private static byte[] bytes(float[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) numbers[i];
    }
    return bytes;
  }

  private static ImageActorCritic network(Golden golden, int threads, Kernels kernels) {
    ImageActorCritic network = new ImageActorCritic(spec(golden.settings()), threads, kernels);
    float[] parameters = golden.floats("parameters");
    assertThat(parameters).hasSize(network.parameters().length);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    return network;
  }

  private static NetworkSpec spec(JsonNode settings) {
    List<ImageInput> images = new ArrayList<>();
    int inputs = settings.required("vector").asInt();
    for (JsonNode each : settings.required("images")) {
      ImageInput image =
          new ImageInput(
              each.required("height").asInt(),
              each.required("width").asInt(),
              each.required("channels").asInt(),
              each.required("channels_first").asBoolean(),
              each.required("bytes").asBoolean(),
              Cnn.parse(each.required("cnn").asText()));
      images.add(image);
      inputs += image.bytes() ? 0 : image.size();
    }
    List<Integer> hidden = new ArrayList<>();
    settings.required("hidden").forEach(width -> hidden.add(width.asInt()));
    return new NetworkSpec(
            inputs,
            images,
            hidden,
            Activation.valueOf(settings.required("activation").asText().toUpperCase(Locale.ROOT)),
            settings.required("policy_outputs").asInt(),
            settings.required("log_std_size").asInt())
        .withSharedTrunk(settings.required("shared").asBoolean());
  }

  /** Compares with a bound relative to the element, or to the root mean square if greater. */
  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    double squares = 0;
    for (double each : expected) {
      squares += each * each;
    }
    double scale = Math.sqrt(squares / expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within(3e-5 * Math.max(scale, Math.abs(expected[i]))));
    }
  }
}
