package org.ppo4j.tokens.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;

/** Hugging Face's config.json of GPT-2 and Llama models, in the form of transformers 4 and 5. */
final class ConfigJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path path;
  private final JsonNode json;

  private ConfigJson(Path path, JsonNode json) {
    this.path = path;
    this.json = json;
  }

  /**
   * Reads a model's shape.
   *
   * @throws ModelException if the kind of the model is unknown, or a part of it is not implemented
   */
  static ModelConfig read(Path path) {
    return new ConfigJson(path, tree(path)).config();
  }

  /**
   * Reads a file of JSON.
   *
   * @throws ModelException if it is not a JSON object
   */
  static JsonNode tree(Path path) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path, e);
    }
    try {
      JsonNode json = MAPPER.readTree(bytes);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // said below: Jackson's words are about bytes
    }
    throw new ModelException(
        "%s is damaged: it is not a JSON object; copy or save the model again".formatted(path));
  }

  private ModelConfig config() {
    String kind = json.path("model_type").asText();
    return switch (kind) {
      case "gpt2" -> gpt2();
      case "llama" -> llama();
      default ->
          throw new ModelException(
              "%s has model_type '%s', but only gpt2 and llama are implemented"
                  .formatted(path, kind));
    };
  }

  private ModelConfig gpt2() {
    require("activation_function", "gelu_new", "gelu_new");
    require("scale_attn_weights", true);
    require("scale_attn_by_inverse_layer_idx", false);
    require("add_cross_attention", false);
    int hidden = integer("n_embd");
    int heads = integer("n_head");
    return new ModelConfig(
        Architecture.GPT2,
        head(),
        integer("vocab_size"),
        hidden,
        json.path("n_inner").asInt(4 * hidden),
        integer("n_layer"),
        heads,
        heads,
        Math.max(1, hidden / Math.max(1, heads)),
        integer("n_positions"),
        json.path("layer_norm_epsilon").asDouble(1e-5),
        0,
        json.path("tie_word_embeddings").asBoolean(true),
        eosToken());
  }

  private ModelConfig llama() {
    require("hidden_act", "silu", "silu");
    require("attention_bias", false);
    require("mlp_bias", false);
    int hidden = integer("hidden_size");
    int heads = integer("num_attention_heads");
    return new ModelConfig(
        Architecture.LLAMA,
        head(),
        integer("vocab_size"),
        hidden,
        integer("intermediate_size"),
        integer("num_hidden_layers"),
        heads,
        json.path("num_key_value_heads").asInt(heads),
        json.path("head_dim").asInt(Math.max(1, hidden / Math.max(1, heads))),
        json.path("max_position_embeddings").asInt(2048),
        json.path("rms_norm_eps").asDouble(1e-6),
        ropeTheta(),
        json.path("tie_word_embeddings").asBoolean(false),
        eosToken());
  }

  /** Returns the base of the frequencies, which transformers 5 keeps in {@code rope_parameters}. */
  private double ropeTheta() {
    JsonNode scaling = json.path("rope_scaling");
    JsonNode parameters = json.path("rope_parameters");
    JsonNode rope = parameters.isObject() ? parameters : scaling;
    String kind = rope.path("rope_type").asText(rope.path("type").asText("default"));
    if (!kind.equals("default")) {
      throw new ModelException(
          "%s has rotary positions of type '%s', but only default ones are implemented"
              .formatted(path, kind));
    }
    return rope.path("rope_theta").asDouble(json.path("rope_theta").asDouble(10_000));
  }

  private Head head() {
    String name = json.path("architectures").path(0).asText("LMHeadModel");
    if (name.endsWith("ForSequenceClassification")) {
      int labels =
          json.has("id2label") ? json.path("id2label").size() : json.path("num_labels").asInt(2);
      if (labels != 1) {
        throw new ModelException(
            "%s has %d labels, but a reward or value model has 1".formatted(path, labels));
      }
      return Head.SCORE;
    }
    return Head.LANGUAGE;
  }

  private int eosToken() {
    JsonNode eos = json.path("eos_token_id");
    return eos.isArray() ? eos.path(0).asInt(-1) : eos.asInt(-1);
  }

  private int integer(String name) {
    JsonNode value = json.path(name);
    if (!value.isInt()) {
      throw new ModelException(
          "%s has %s: %s, but it must be an integer"
              .formatted(path, name, value.isMissingNode() ? "nothing" : value));
    }
    return value.asInt();
  }

  private void require(String name, boolean value) {
    require(name, String.valueOf(value), String.valueOf(value));
  }

  private void require(String name, String value, String missing) {
    String given = json.path(name).asText(missing);
    if (!given.equals(value)) {
      throw new ModelException(
          "%s has %s: %s, but only %s is implemented".formatted(path, name, given, value));
    }
  }

  /** Writes a model's shape so that transformers reads it. */
  static void write(Path path, ModelConfig config) {
    ObjectNode json = MAPPER.createObjectNode();
    boolean gpt2 = config.architecture() == Architecture.GPT2;
    boolean language = config.head() == Head.LANGUAGE;
    String name =
        (gpt2 ? "GPT2" : "Llama")
            + (language ? (gpt2 ? "LMHeadModel" : "ForCausalLM") : "ForSequenceClassification");
    json.putArray("architectures").add(name);
    json.put("dtype", "float32");
    if (config.eosToken() >= 0) {
      json.put("bos_token_id", config.eosToken());
      json.put("eos_token_id", config.eosToken());
      json.put("pad_token_id", config.eosToken());
    } else {
      json.putNull("bos_token_id");
      json.putNull("eos_token_id");
    }
    if (!language) {
      json.putObject("id2label").put("0", "LABEL_0");
      json.putObject("label2id").put("LABEL_0", 0);
    }
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("vocab_size", config.vocabularySize());
    if (gpt2) {
      putGpt2(json, config);
    } else {
      putLlama(json, config);
    }
    try {
      AtomicFile.write(
          path, out -> out.write(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + path, e);
    }
  }

  private static void putGpt2(ObjectNode json, ModelConfig config) {
    json.put("model_type", "gpt2");
    json.put("activation_function", "gelu_new");
    json.put("n_embd", config.hiddenSize());
    json.put("n_inner", config.intermediateSize());
    json.put("n_layer", config.layers());
    json.put("n_head", config.heads());
    json.put("n_positions", config.context());
    json.put("layer_norm_epsilon", config.normEps());
  }

  private static void putLlama(ObjectNode json, ModelConfig config) {
    json.put("model_type", "llama");
    json.put("hidden_act", "silu");
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headSize());
    json.put("max_position_embeddings", config.context());
    json.put("rms_norm_eps", config.normEps());
    json.put("rope_theta", config.ropeTheta());
  }
}
