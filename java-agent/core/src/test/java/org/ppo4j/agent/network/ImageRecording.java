package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ppo4j.agent.Golden;

/** A forward and a backward pass of a network with images, which PyTorch's autograd computed. */
public record ImageRecording(Golden golden) {

  /** What networks compute. */
  public record Pass(float[] policy, float[] values, float[] gradients) {}

  /** Returns all recordings. */
  public static List<ImageRecording> all() throws IOException {
    return Golden.all("images").stream().map(ImageRecording::new).toList();
  }

  /** Returns the shape of the networks. */
  public NetworkSpec spec() {
    JsonNode settings = golden.settings();
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

  /** Returns the number of rows. */
  public int rows() {
    return golden.settings().required("rows").asInt();
  }

  /** Gives networks the recorded parameters and images. */
  public void load(ActorCritic network) {
    float[] parameters = golden.floats("parameters");
    assertThat(parameters).hasSize(network.parameters().length);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    network.images(bytes(golden.floats("bytes")));
  }

  private static byte[] bytes(float[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) numbers[i];
    }
    return bytes;
  }

  /** Runs networks that have the recorded parameters and images forward and backward. */
  public Pass run(ActorCritic network) {
    float[] policy = new float[rows() * network.shape().policyOutputs()];
    float[] values = new float[rows()];
    network.forward(golden.floats("inputs"), rows(), policy, values);
    Arrays.fill(network.gradients(), 0.75f);
    network.backward(
        golden.floats("inputs"),
        rows(),
        golden.floats("policy_gradients"),
        golden.floats("value_gradients"));
    return new Pass(policy, values, network.gradients().clone());
  }

  /** Compares with what PyTorch computed; gradients of log deviations are left alone. */
  public void assertAgrees(Pass pass) {
    assertClose(pass.policy, golden.doubles("policy_outputs"));
    assertClose(pass.values, golden.doubles("values"));
    double[] expected = golden.doubles("gradients");
    NetworkSpec spec = spec();
    int logStd = spec.logStdOffset();
    Arrays.fill(expected, logStd, logStd + spec.logStdSize(), 0.75);
    assertClose(pass.gradients, expected);
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

  @Override
  public String toString() {
    return golden.toString();
  }
}
