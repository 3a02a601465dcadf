package org.ppo4j.tokens.train;

import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.TokenLogProbabilities;
import org.ppo4j.tokens.model.Transformer;

/** The log probabilities that a language model gives to the tokens of completions. */
final class TokenScorer {
  private final Transformer model;
  private final TokenLogProbabilities arithmetic;
  private final double temperature;
  private float[] logits = {};
  private int[] rows = {};
  private int[] targets = {};

  /** Creates the scorer of a model's logits, which are divided by {@code temperature}. */
  TokenScorer(Transformer model, double temperature) {
    this.model = model;
    this.temperature = temperature;
    arithmetic = new TokenLogProbabilities(model);
  }

  /** Returns the log probabilities of all tokens of the completions. */
  double[] forward(Completions completions) {
    return forward(completions, null);
  }

  /**
   * Returns the log probabilities of all tokens of the completions.
   *
   * @param entropies the entropy at each token, written by the callee; null if not needed
   */
  double[] forward(Completions completions, double @Nullable [] entropies) {
    Sequences sequences = completions.sequences();
    Ragged ragged = completions.ragged();
    rows = completions.rows(sequences, ragged);
    targets = completions.targets();
    int n = rows.length;
    int size = Math.multiplyExact(n, model.config().vocabularySize());
    if (logits.length < size) {
      logits = new float[size];
    }
    model.forward(sequences);
    model.outputs(rows, n, logits);
    double[] logps = new double[n];
    arithmetic.forward(n, logits, targets, temperature, logps, entropies);
    return logps;
  }

  /**
   * Returns the log probabilities of all tokens of the completions, computed for so many equal
   * parts of them one after the other.
   *
   * @param entropies the entropy at each token, written by the callee; null if not needed
   */
  double[] forward(Completions completions, int parts, double @Nullable [] entropies) {
    if (parts == 1) {
      return forward(completions, entropies);
    }
    Ragged ragged = completions.ragged();
    double[] logps = new double[ragged.total()];
    int size = completions.count() / parts;
    for (int from = 0; from < completions.count(); from += size) {
      int at = ragged.start(from);
      int n = ragged.start(from + size) - at;
      double[] some = entropies == null ? null : new double[n];
      System.arraycopy(forward(completions.range(from, from + size), some), 0, logps, at, n);
      if (entropies != null && some != null) {
        System.arraycopy(some, 0, entropies, at, n);
      }
    }
    return logps;
  }

  /** Adds the gradients of the parameters, after {@link #forward}. */
  void backward(double[] gradients) {
    arithmetic.backward(rows.length, logits, targets, temperature, gradients);
    model.backward(rows, rows.length, logits);
  }
}
