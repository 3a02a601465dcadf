package org.ppo4j.tokens.model;

import java.util.List;

/** Sequences of tokens, one after the other in one array, without padding. */
public final class Sequences {
  private final int[] tokens;
  private final int[] starts;

  private Sequences(int[] tokens, int[] starts) {
    this.tokens = tokens;
    this.starts = starts;
  }

  /** Returns the sequences of a list, each of at least one token; the arrays are copied. */
  public static Sequences of(List<int[]> sequences) {
    int[] starts = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      starts[i + 1] = starts[i] + sequences.get(i).length;
    }
    int[] tokens = new int[starts[sequences.size()]];
    for (int i = 0; i < sequences.size(); i++) {
      System.arraycopy(sequences.get(i), 0, tokens, starts[i], sequences.get(i).length);
    }
    return new Sequences(tokens, starts);
  }

  /** Returns the number of sequences. */
  public int count() {
    return starts.length - 1;
  }

  /** Returns the number of tokens of all sequences. */
  public int total() {
    return tokens.length;
  }

  /** Returns the row of a sequence's first token; for {@link #count}, the number of all tokens. */
  public int start(int sequence) {
    return starts[sequence];
  }

  /** Returns the number of tokens of a sequence. */
  public int length(int sequence) {
    return starts[sequence + 1] - starts[sequence];
  }

  /** Returns the token in a row. */
  public int token(int row) {
    return tokens[row];
  }
}
