package org.ppo4j.tokens.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Tokenizer;

/**
 * The reward of a score model: its output for the last token of prompt and completion, which ends
 * the text.
 */
public final class ModelReward implements RewardFunction {
  private final Transformer model;
  private final Tokenizer tokenizer;

  /**
   * Creates the reward.
   *
   * @throws ModelException if the model is a language model
   */
  public ModelReward(Transformer model, Tokenizer tokenizer) {
    if (model.config().head() != Head.SCORE) {
      throw new ModelException(
          "the reward model is a language model; train one with ./ppo4j tokens reward");
    }
    this.model = model;
    this.tokenizer = tokenizer;
  }

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < completions.size(); i++) {
      int[] prompt = tokenizer.encode(examples.get(i).prompt(), model.config());
      int[] completion = tokenizer.encode(completions.get(i), model.config());
      int[] text = Arrays.copyOf(prompt, prompt.length + completion.length + 1);
      System.arraycopy(completion, 0, text, prompt.length, completion.length);
      text[text.length - 1] = model.config().eosToken();
      texts.add(Arrays.copyOf(text, Math.min(text.length, model.config().context())));
    }
    Sequences sequences = Sequences.of(texts);
    int[] rows = new int[texts.size()];
    Arrays.setAll(rows, i -> sequences.start(i + 1) - 1);
    float[] outputs = new float[rows.length];
    model.forward(sequences);
    model.outputs(rows, rows.length, outputs);
    double[] rewards = new double[rows.length];
    Arrays.setAll(rewards, i -> outputs[i]);
    return rewards;
  }
}
