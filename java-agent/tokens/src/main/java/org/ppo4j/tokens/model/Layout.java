package org.ppo4j.tokens.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where each tensor of a model lies in the array of its parameters, under Hugging Face's names. */
public final class Layout {
  /**
   * A tensor, in C order.
   *
   * @param offset where it starts in the array of parameters
   */
  public record Tensor(String name, int offset, List<Integer> shape) {
    /** Returns the number of elements. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private int size;

  private Layout() {}

  /**
   * Returns the layout of a model.
   *
   * @throws ModelException if the model has 2^31 parameters or more
   */
  public static Layout of(ModelConfig config) {
    Layout layout = new Layout();
    try {
      switch (config.architecture()) {
        case GPT2 -> layout.gpt2(config);
        case LLAMA -> layout.llama(config);
      }
    } catch (ArithmeticException e) {
      throw new ModelException("the model has 2^31 parameters or more; use a smaller one");
    }
    return layout;
  }

  private void gpt2(ModelConfig config) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    add("transformer.wte.weight", config.vocabularySize(), hidden);
    add("transformer.wpe.weight", config.context(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = prefix(config, layer);
      biased(prefix + "ln_1", hidden);
      biased(prefix + "attn.c_attn", hidden, 3 * hidden);
      biased(prefix + "attn.c_proj", hidden, hidden);
      biased(prefix + "ln_2", hidden);
      biased(prefix + "mlp.c_fc", hidden, inner);
      biased(prefix + "mlp.c_proj", inner, hidden);
    }
    biased("transformer.ln_f", hidden);
    head(config);
  }

  private void llama(ModelConfig config) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    add("model.embed_tokens.weight", config.vocabularySize(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = prefix(config, layer);
      add(prefix + "input_layernorm.weight", hidden);
      add(prefix + "self_attn.q_proj.weight", config.queryWidth(), hidden);
      add(prefix + "self_attn.k_proj.weight", config.keyWidth(), hidden);
      add(prefix + "self_attn.v_proj.weight", config.keyWidth(), hidden);
      add(prefix + "self_attn.o_proj.weight", hidden, config.queryWidth());
      add(prefix + "post_attention_layernorm.weight", hidden);
      add(prefix + "mlp.gate_proj.weight", inner, hidden);
      add(prefix + "mlp.up_proj.weight", inner, hidden);
      add(prefix + "mlp.down_proj.weight", hidden, inner);
    }
    add("model.norm.weight", hidden);
    head(config);
  }

  private void head(ModelConfig config) {
    if (config.head() == Head.SCORE) {
      add("score.weight", 1, config.hiddenSize());
    } else if (!config.tiedEmbeddings()) {
      add("lm_head.weight", config.vocabularySize(), config.hiddenSize());
    }
  }

  /** Returns the beginning of the names of a layer's tensors. */
  static String prefix(ModelConfig config, int layer) {
    return switch (config.architecture()) {
      case GPT2 -> "transformer.h." + layer + ".";
      case LLAMA -> "model.layers." + layer + ".";
    };
  }

  private void biased(String name, Integer... shape) {
    add(name + ".weight", shape);
    add(name + ".bias", shape[shape.length - 1]);
  }

  private void add(String name, Integer... shape) {
    Tensor tensor = new Tensor(name, size, List.of(shape));
    tensors.put(name, tensor);
    size = Math.addExact(size, tensor.size());
  }

  /** Returns the number of parameters. */
  public int size() {
    return size;
  }

  /** Returns all tensors in the order of their offsets. */
  public List<Tensor> tensors() {
    return new ArrayList<>(tensors.values());
  }

  /** Returns whether there is a tensor of that name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Returns the tensor of that name; throws {@link IllegalArgumentException} if there is none. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no tensor " + name);
    }
    return tensor;
  }
}
