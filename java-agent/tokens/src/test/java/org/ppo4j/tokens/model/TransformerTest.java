package org.ppo4j.tokens.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.kernel.MatrixKernels;
import org.ppo4j.tokens.files.ModelFolder;

/** Outputs, gradients and continuations equal those of Hugging Face's transformers. */
class TransformerTest {
  private static final double TOLERANCE = 1e-4;

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(TransformerTest.class.getResource("/models/" + name)).toURI());
  }

  private static List<int[]> sequences(Golden golden) {
    double[] tokens = golden.doubles("tokens");
    List<int[]> sequences = new ArrayList<>();
    int at = 0;
    for (var length : golden.settings().path("lengths")) {
      int[] sequence = new int[length.asInt()];
      for (int i = 0; i < sequence.length; i++) {
        sequence[i] = (int) tokens[at++];
      }
      sequences.add(sequence);
    }
    return sequences;
  }

  /** Compares relative to the largest number of the array. */
  private static void assertClose(float[] actual, int from, double[] expected, String name) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[from + i])
          .as("%s[%d]", name, i)
          .isCloseTo(expected[i], within(TOLERANCE * largest));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt2-score", "llama", "llama-tied", "llama-score"})
  void equalsTransformers(String name) throws IOException, URISyntaxException {
    Golden golden = Golden.read("transformers/" + name + ".golden");
    Sequences sequences = Sequences.of(sequences(golden));
    try (Transformer model = ModelFolder.open(folder(name)).load(2)) {
      int n = sequences.total();
      int[] rows = IntStream.range(0, n).toArray();
      float[] outputs = new float[n * model.config().outputs()];
      model.forward(sequences);
      model.outputs(rows, n, outputs);
      assertClose(outputs, 0, golden.doubles("outputs"), "outputs");

      model.backward(rows, n, golden.floats("output_gradients"));
      for (Layout.Tensor tensor : model.layout().tensors()) {
        assertClose(
            model.gradients(),
            tensor.offset(),
            golden.doubles("d " + tensor.name()),
            tensor.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "llama-tied"})
  void decodesLikeTransformers(String name) throws IOException, URISyntaxException {
    Golden golden = Golden.read("transformers/" + name + ".golden");
    try (Transformer model = ModelFolder.open(folder(name)).load(2)) {
      List<int[]> prompts = new ArrayList<>();
      for (int[] sequence : sequences(golden)) {
        prompts.add(Arrays.copyOf(sequence, Math.min(4, sequence.length)));
      }
      int vocabulary = model.config().vocabularySize();
      int slots = prompts.size();
      Decoder decoder = new Decoder(model, slots, 24);
      float[] logits = new float[slots * vocabulary];
      List<List<Integer>> texts = new ArrayList<>();
      prompts.forEach(prompt -> texts.add(new ArrayList<>(Arrays.stream(prompt).boxed().toList())));
      decoder.start(prompts, logits);
      int[] all = IntStream.range(0, slots).toArray();
      for (int step = 0; step < 12; step++) {
        int[] tokens = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
          tokens[slot] = argmax(logits, slot * vocabulary, vocabulary);
          texts.get(slot).add(tokens[slot]);
        }
        decoder.step(slots, all, tokens, logits);
      }
      for (int slot = 0; slot < slots; slot++) {
        assertThat(texts.get(slot).stream().mapToDouble(token -> token).toArray())
            .isEqualTo(golden.doubles("greedy " + slot));
      }
    }
  }

  private static int argmax(float[] x, int from, int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
      if (x[from + i] > x[from + best]) {
        best = i;
      }
    }
    return best;
  }

  @Test
  void givesTheSameBytesForAnyThreadsAndKernels() {
    ModelConfig config = ModelConfig.llama(300, 48, 100, 2, 4, 2, 40, 0);
    float[] expected = gradients(config, new Transformer(config, 1));
    assertThat(gradients(config, new Transformer(config, 2))).isEqualTo(expected);
    assertThat(gradients(config, new Transformer(config, 3))).isEqualTo(expected);
    Transformer scalar = new Transformer(config, 1, MatrixKernels.scalar());
    assertThat(gradients(config, scalar)).isEqualTo(expected);
  }

  private static float[] gradients(ModelConfig config, Transformer model) {
    try (model) {
      Random random = new Random(5);
      randomize(model, random);
      Sequences sequences = Sequences.of(List.of(new int[37], new int[3], new int[20]));
      int n = sequences.total();
      int[] rows = IntStream.range(0, n).toArray();
      float[] outputs = new float[n * config.outputs()];
      model.forward(sequences);
      model.outputs(rows, n, outputs);
      model.backward(rows, n, outputs);
      return model.gradients().clone();
    }
  }

  static void randomize(Transformer model, Random random) {
    for (int i = 0; i < model.parameters().length; i++) {
      model.parameters()[i] = (float) (0.2 * random.nextGaussian());
    }
    model.parametersChanged();
  }

  @Test
  void adaptersGradientsAreFiniteDifferences() {
    ModelConfig config = ModelConfig.gpt2(20, 16, 2, 2, 12, 0);
    try (Transformer model = new Transformer(config, 1)) {
      Random random = new Random(7);
      randomize(model, random);
      Sequences sequences = Sequences.of(List.of(new int[] {1, 5, 3, 2}, new int[] {7, 8}));
      double plain = loss(model, sequences);
      Adapters adapters = model.adapt(new AdapterConfig(3, 6, List.of("c_attn", "c_proj", "c_fc")));
      assertThat(loss(model, sequences)).as("adapters start at 0").isEqualTo(plain);
      float[] parameters = adapters.parameters();
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = (float) (0.2 * random.nextGaussian());
      }
      loss(model, sequences);
      model.backward(new int[] {0, 3, 5}, 3, ones(3 * 20));
      for (int i = 0; i < parameters.length; i += 41) {
        float value = parameters[i];
        double step = 1e-2;
        parameters[i] = (float) (value + step);
        double above = loss(model, sequences);
        parameters[i] = (float) (value - step);
        double below = loss(model, sequences);
        parameters[i] = value;
        assertThat((double) model.gradients()[i])
            .as("parameter %d", i)
            .isCloseTo((above - below) / (2 * step), within(2e-2));
      }
    }
  }

  private static double loss(Transformer model, Sequences sequences) {
    float[] outputs = new float[3 * model.config().outputs()];
    model.forward(sequences);
    model.outputs(new int[] {0, 3, 5}, 3, outputs);
    double sum = 0;
    for (float output : outputs) {
      sum += output;
    }
    return sum;
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void refusesSequencesThatDoNotFit() {
    ModelConfig config = ModelConfig.gpt2(20, 16, 1, 2, 12, 0);
    try (Transformer model = new Transformer(config, 1)) {
      assertThatThrownBy(() -> model.forward(Sequences.of(List.of(new int[13]))))
          .hasMessage("a sequence has 13 tokens, but the model takes 1 to 12");
    }
  }
}
