package org.ppo4j.tokens.model;

/**
 * The shape of a transformer.
 *
 * @param vocabularySize the number of tokens
 * @param hiddenSize the length of a hidden state
 * @param intermediateSize the length of the feed-forward layer
 * @param layers the number of blocks
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads, of which {@code heads} is a multiple
 * @param headSize the length of a head
 * @param context the maximum number of tokens in a sequence
 * @param normEps what the norms add to the variance
 * @param ropeTheta the base of the rotary frequencies; not used by {@link Architecture#GPT2}
 * @param tiedEmbeddings whether the logits use the matrix of the token embeddings
 * @param eosToken the token that ends a text; -1 if there is none
 */
public record ModelConfig(
    Architecture architecture,
    Head head,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int context,
    double normEps,
    double ropeTheta,
    boolean tiedEmbeddings,
    int eosToken) {

  /**
   * Checks the sizes.
   *
   * @throws ModelException if a size is not positive or does not fit another
   */
  public ModelConfig {
    positive("vocab_size", vocabularySize);
    positive("the hidden size", hiddenSize);
    positive("the intermediate size", intermediateSize);
    positive("the number of layers", layers);
    positive("the number of heads", heads);
    positive("the number of key and value heads", keyValueHeads);
    positive("the head size", headSize);
    positive("the context", context);
    if (heads % keyValueHeads != 0) {
      throw new ModelException(
          "the %d heads are not a multiple of the %d key and value heads"
              .formatted(heads, keyValueHeads));
    }
    if (architecture == Architecture.GPT2
        && (hiddenSize != heads * headSize || heads != keyValueHeads)) {
      throw new ModelException(
          "the hidden size %d is not a multiple of the %d heads".formatted(hiddenSize, heads));
    }
    if (architecture == Architecture.LLAMA && headSize % 2 != 0) {
      throw new ModelException(
          "the head size %d is odd, but rotary positions need an even one".formatted(headSize));
    }
    if (eosToken >= vocabularySize) {
      throw new ModelException(
          "eos_token_id %d is not in the vocabulary of %d tokens"
              .formatted(eosToken, vocabularySize));
    }
  }

  private static void positive(String name, int size) {
    if (size < 1) {
      throw new ModelException("%s is %d, but must be at least 1".formatted(name, size));
    }
  }

  /** Returns a GPT-2 language model's shape with tied embeddings, as {@code GPT2Config} has it. */
  public static ModelConfig gpt2(
      int vocabularySize, int hiddenSize, int layers, int heads, int context, int eosToken) {
    return new ModelConfig(
        Architecture.GPT2,
        Head.LANGUAGE,
        vocabularySize,
        hiddenSize,
        4 * hiddenSize,
        layers,
        heads,
        heads,
        hiddenSize / heads,
        context,
        1e-5,
        0,
        true,
        eosToken);
  }

  /** Returns a Llama language model's shape, as {@code LlamaConfig} has it. */
  public static ModelConfig llama(
      int vocabularySize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int context,
      int eosToken) {
    return new ModelConfig(
        Architecture.LLAMA,
        Head.LANGUAGE,
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        hiddenSize / heads,
        context,
        1e-6,
        10_000,
        false,
        eosToken);
  }

  /** Returns this shape with another head. */
  public ModelConfig with(Head head) {
    return new ModelConfig(
        architecture,
        head,
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        context,
        normEps,
        ropeTheta,
        tiedEmbeddings,
        eosToken);
  }

  /** Returns the number of outputs for each token: the vocabulary's size, or 1. */
  public int outputs() {
    return head == Head.LANGUAGE ? vocabularySize : 1;
  }

  int queryWidth() {
    return heads * headSize;
  }

  int keyWidth() {
    return keyValueHeads * headSize;
  }
}
