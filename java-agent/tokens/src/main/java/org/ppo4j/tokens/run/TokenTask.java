package org.ppo4j.tokens.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.model.Initialization;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.AdditionTask;
import org.ppo4j.tokens.text.CharacterTokenizer;
import org.ppo4j.tokens.text.MoodTask;

/** Tasks that need no download. */
public enum TokenTask {
  /** Sums, which a verifier checks: {@link AdditionTask}. */
  ADDITION(AdditionTask.CHARACTERS, 16),
  /** Cheerful letters, judged by a learned reward: {@link MoodTask}. */
  MOOD(MoodTask.CHARACTERS, 32);

  private final String characters;
  private final int context;

  TokenTask(String characters, int context) {
    this.characters = characters;
    this.context = context;
  }

  /**
   * Makes a folder with data sets, and in {@code model} an untrained model with its tokenizer.
   *
   * @throws ModelException if there is something in the folder, or sizes do not fit
   */
  public void make(
      Path folder, Architecture architecture, int hiddenSize, int layers, int heads, long seed) {
    int tokens = CharacterTokenizer.size(characters);
    int eos = CharacterTokenizer.EOS;
    ModelConfig config =
        architecture == Architecture.GPT2
            ? ModelConfig.gpt2(tokens, hiddenSize, layers, heads, context, eos)
            : ModelConfig.llama(
                tokens, hiddenSize, 8 * hiddenSize / 3, layers, heads, heads, context, eos);
    Path model = folder.resolve("model");
    if (Files.exists(model)) {
      throw new ModelException("%s is there already; choose another folder".formatted(model));
    }
    try {
      Files.createDirectories(model);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make " + model, e);
    }
    switch (this) {
      case ADDITION -> AdditionTask.write(folder, seed);
      case MOOD -> MoodTask.write(folder, seed);
    }
    Path tokenizer = model.resolve(ModelFolder.TOKENIZER);
    CharacterTokenizer.write(tokenizer, characters);
    try (Transformer made = new Transformer(config, 1)) {
      Initialization.draw(made, seed);
      ModelFolder.save(made, Path.of(""), model);
    }
  }
}
