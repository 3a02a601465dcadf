package org.ppo4j.tokens.train;

import java.util.Arrays;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Tokenizer;

/** Turns examples into tokens for a model, and checks that they fit. */
public final class Encoding {
  private final Tokenizer tokenizer;
  private final ModelConfig config;

  /** Creates the encoding for a model. */
  public Encoding(Tokenizer tokenizer, ModelConfig config) {
    this.tokenizer = tokenizer;
    this.config = config;
  }

  /** Returns the tokens of a prompt, with room for at least {@code room} more in the context. */
  public int[] prompt(Example example, int room) {
    int[] tokens = tokenizer.encode(example.prompt(), config);
    if (tokens.length == 0) {
      throw new ModelException("%s has an empty prompt".formatted(example.place()));
    }
    if (tokens.length + room > config.context()) {
      throw new ModelException(
          "the prompt of %s has %d tokens, which with %d more do not fit the model's context of %d"
              .formatted(example.place(), tokens.length, room, config.context()));
    }
    return tokens;
  }

  /** Returns the tokens of a completion and the token that ends it. */
  public int[] completion(Example example, String column, int promptLength) {
    int[] tokens = tokenizer.encode(example.column(column), config);
    int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
    ended[tokens.length] = eos();
    if (promptLength + ended.length > config.context()) {
      throw new ModelException(
          "prompt and %s of %s have %d tokens, but the model's context has %d"
              .formatted(column, example.place(), promptLength + ended.length, config.context()));
    }
    return ended;
  }

  /** Returns the token that ends a text. */
  public int eos() {
    if (config.eosToken() < 0) {
      throw new ModelException(
          "the model's config.json has no eos_token_id, so no text could end; add it");
    }
    return config.eosToken();
  }

  /** Returns the text of a completion. */
  public String text(int[] completion) {
    boolean ended = completion[completion.length - 1] == config.eosToken();
    return tokenizer.decode(ended ? Arrays.copyOf(completion, completion.length - 1) : completion);
  }
}
