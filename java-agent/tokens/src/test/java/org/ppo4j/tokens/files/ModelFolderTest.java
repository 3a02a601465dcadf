package org.ppo4j.tokens.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.tokens.model.AdapterConfig;
import org.ppo4j.tokens.model.Adapters;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.Initialization;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.Transformer;

class ModelFolderTest {
  private static final ModelConfig GPT2 = ModelConfig.gpt2(11, 8, 2, 2, 10, 0);
  private static final ModelConfig LLAMA = ModelConfig.llama(11, 8, 12, 2, 4, 2, 10, 0);

  @TempDir private Path folder;

  private Transformer saved(ModelConfig config) {
    Transformer model = new Transformer(config, 1);
    Initialization.draw(model, 4);
    ModelFolder.save(model, folder.resolve("none"), folder);
    return model;
  }

  @Test
  void readsWhatItWrites() {
    for (ModelConfig config : List.of(GPT2, LLAMA, GPT2.with(Head.SCORE), LLAMA.with(Head.SCORE))) {
      Transformer model = saved(config);
      Transformer read = ModelFolder.open(folder).load(1);
      assertThat(read.config()).isEqualTo(config);
      assertThat(read.parameters()).isEqualTo(model.parameters());
    }
  }

  @Test
  void mergesAdaptersWhenItWrites() {
    for (ModelConfig config : List.of(GPT2, LLAMA)) {
      Transformer model = new Transformer(config, 1);
      Initialization.draw(model, 4);
      Adapters adapters = model.adapt(AdapterConfig.of(config.architecture()));
      adapters.draw(1);
      for (int i = 0; i < adapters.parameters().length; i++) {
        adapters.parameters()[i] += 0.1f;
      }
      ModelFolder.save(model, folder.resolve("none"), folder);
      float[] expected = outputs(model);
      float[] actual = outputs(ModelFolder.open(folder).load(1));
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
      }
      AdapterFolder.save(adapters, false, folder, folder);
      Adapters read = new Transformer(config, 1).adapt(AdapterConfig.of(config.architecture()));
      AdapterFolder.load(folder, read);
      assertThat(read.parameters()).isEqualTo(adapters.parameters());
    }
  }

  private static float[] outputs(Transformer model) {
    float[] outputs = new float[2 * 11];
    model.forward(Sequences.of(List.of(new int[] {1, 5, 7})));
    model.outputs(new int[] {0, 2}, 2, outputs);
    return outputs;
  }

  @Test
  void aScoreModelStartsFromALanguageModelWithAZeroHead() {
    Transformer model = saved(GPT2);
    Transformer score = ModelFolder.open(folder).load(Head.SCORE, 1);
    int head = score.layout().tensor("score.weight").offset();
    assertThat(score.parameters()).startsWith(model.parameters());
    assertThat(score.parameters()[head]).isZero();
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> ModelFolder.open(folder).load(1))
        .isInstanceOf(ModelException.class)
        .hasMessage(message.replace("DIR", folder.toString()));
  }

  @Test
  void refusesFoldersThatItCannotUse() throws IOException {
    refused("DIR has no config.json; give the folder of a model in Hugging Face's format");
    config("{");
    refused("DIR/config.json is damaged: it is not a JSON object; copy or save the model again");
    Files.write(folder.resolve("config.json"), new byte[] {0, 0, (byte) 0xfe, (byte) 0xff, 0});
    refused("DIR/config.json is damaged: it is not a JSON object; copy or save the model again");
    config("");
    refused("DIR/config.json is damaged: it is not a JSON object; copy or save the model again");
    config("{\"model_type\": \"mamba\"}");
    refused("DIR/config.json has model_type 'mamba', but only gpt2 and llama are implemented");
    config("{\"model_type\": \"llama\", \"rope_scaling\": {\"rope_type\": \"llama3\"}}");
    refused("DIR/config.json has hidden_size: nothing, but it must be an integer");
    config("{\"model_type\": \"gpt2\", \"activation_function\": \"relu\"}");
    refused("DIR/config.json has activation_function: relu, but only gelu_new is implemented");
  }

  @Test
  void refusesTensorsThatAreMissingOrDoNotFit() throws IOException {
    saved(GPT2);
    Path weights = folder.resolve("model.safetensors");
    SafeTensors.write(
        weights,
        Map.of(),
        List.of(new SafeTensors.Written("wte.weight", List.of(11, 8), new float[88], 0)));
    refused(
        "DIR has no tensor transformer.wpe.weight, which config.json needs; save the whole model");
    SafeTensors.write(
        weights,
        Map.of(),
        List.of(new SafeTensors.Written("wte.weight", List.of(12, 8), new float[96], 0)));
    refused(
        "the tensor wte.weight of DIR has shape [12, 8], but by config.json it must have [11, 8]");
    Files.delete(weights);
    refused("DIR has no model.safetensors; only models saved as safetensors can be read");
  }

  @Test
  void refusesBrokenSafetensors() throws IOException {
    saved(GPT2);
    Path file = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> SafeTensors.open(file))
        .hasMessageContaining("not a complete safetensors");
    Files.write(file, new byte[3]);
    assertThatThrownBy(() -> SafeTensors.open(file)).hasMessageContaining("it has only 3 bytes");
    Files.writeString(file, "\u0002\0\0\0\0\0\0\0[]", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SafeTensors.open(file)).hasMessageContaining("not a JSON object");
    String huge = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2000000000,2000000000,2000000000]}}";
    Files.writeString(
        file, (char) huge.length() + "\0\0\0\0\0\0\0" + huge, StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SafeTensors.open(file))
        .hasMessageContaining("gives an array more than 2^63 bytes");
  }

  @Test
  void readsSixteenBitFloats() throws IOException {
    Path file = folder.resolve("half.safetensors");
    String header =
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[4,6]}}";
    byte[] bytes = new byte[8 + header.length() + 6];
    bytes[0] = (byte) header.length();
    System.arraycopy(header.getBytes(StandardCharsets.UTF_8), 0, bytes, 8, header.length());
    int at = 8 + header.length();
    bytes[at + 1] = 0x3c; // 1 in half precision is 0x3c00
    bytes[at + 3] = (byte) 0xc0; // -2 is 0xc000
    bytes[at + 5] = 0x40; // 2 in bfloat16 is 0x4000
    Files.write(file, bytes);
    float[] values = new float[3];
    SafeTensors.open(file).floats("a", values, 0);
    SafeTensors.open(file).floats("b", values, 2);
    assertThat(values).containsExactly(1, -2, 2);
  }
}
