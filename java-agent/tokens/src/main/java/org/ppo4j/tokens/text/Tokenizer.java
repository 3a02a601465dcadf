package org.ppo4j.tokens.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;

/** A tokenizer.json, read by Hugging Face's own library through DJL; nothing is downloaded. */
public final class Tokenizer implements AutoCloseable {
  static {
    // DJL otherwise sends a message to its makers on machines of Amazon, and may download files
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private final HuggingFaceTokenizer library;

  private Tokenizer(HuggingFaceTokenizer library) {
    this.library = library;
  }

  /**
   * Reads a tokenizer.
   *
   * @throws ModelException if the file does not exist or is not a tokenizer
   */
  public static Tokenizer open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException("%s does not exist; save the tokenizer there".formatted(file));
    }
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optAddSpecialTokens(false)
              .optPadding(false)
              .optTruncation(false)
              .build());
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    } catch (RuntimeException e) {
      throw new ModelException("%s is not a tokenizer.json: %s".formatted(file, e.getMessage()));
    }
  }

  /** Returns the tokens of a text, without special ones at its ends. */
  public int[] encode(String text) {
    return Arrays.stream(library.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** Returns the text of tokens, without special ones. */
  public String decode(int[] tokens) {
    return library.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  /**
   * Checks that a model knows all tokens of some texts.
   *
   * @throws ModelException if a token is not in the model's vocabulary
   */
  public int[] encode(String text, ModelConfig config) {
    int[] tokens = encode(text);
    for (int token : tokens) {
      if (token >= config.vocabularySize()) {
        throw new ModelException(
            "the tokenizer gives token %d, but the model's vocabulary has %d; use the tokenizer of"
                    .formatted(token, config.vocabularySize())
                + " the model");
      }
    }
    return tokens;
  }

  @Override
  public void close() {
    library.close();
  }
}
