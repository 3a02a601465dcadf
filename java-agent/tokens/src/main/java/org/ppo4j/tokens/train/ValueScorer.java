package org.ppo4j.tokens.train;

import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.Transformer;

/** The values or rewards that a score model gives to states. */
final class ValueScorer {
  private final Transformer model;
  private int[] rows = {};

  ValueScorer(Transformer model) {
    this.model = model;
  }

  /** Returns the values of the states before each step of the completions. */
  double[] forward(Completions completions, Ragged steps) {
    Sequences sequences = completions.sequences();
    rows = completions.rows(sequences, steps);
    return outputs(sequences);
  }

  /** Returns what {@link #forward} does, for so many equal parts one after the other. */
  double[] forward(Completions completions, Ragged steps, int parts) {
    double[] values = new double[steps.total()];
    int size = completions.count() / parts;
    for (int from = 0; from < completions.count(); from += size) {
      double[] some = forward(completions.range(from, from + size), steps.range(from, from + size));
      System.arraycopy(some, 0, values, steps.start(from), some.length);
    }
    return values;
  }

  /** Returns the rewards of whole texts, which are the outputs for their last tokens. */
  double[] rewards(Completions completions) {
    Sequences sequences = completions.sequences();
    rows = new int[completions.count()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = sequences.start(i + 1) - 1;
    }
    return outputs(sequences);
  }

  private double[] outputs(Sequences sequences) {
    float[] outputs = new float[rows.length];
    model.forward(sequences);
    model.outputs(rows, rows.length, outputs);
    double[] values = new double[rows.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = outputs[i];
    }
    return values;
  }

  /** Adds the gradients of the parameters, after one of the other methods. */
  void backward(double[] gradients) {
    float[] outputs = new float[rows.length];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = (float) gradients[i];
    }
    model.backward(rows, rows.length, outputs);
  }
}
