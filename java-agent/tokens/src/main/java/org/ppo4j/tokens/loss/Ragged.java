package org.ppo4j.tokens.loss;

import java.util.Arrays;

/**
 * Where the completions of a batch start in arrays of one number for each of their tokens.
 *
 * @param starts {@code [count + 1]}; the last is the number of all tokens
 */
public record Ragged(int[] starts) {

  /** Returns the places of completions with these numbers of tokens. */
  public static Ragged of(int... lengths) {
    int[] starts = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
    }
    return new Ragged(starts);
  }

  /** Returns the number of completions. */
  public int count() {
    return starts.length - 1;
  }

  /** Returns the number of all tokens. */
  public int total() {
    return starts[count()];
  }

  /** Returns where a completion starts. */
  public int start(int completion) {
    return starts[completion];
  }

  /** Returns where a completion ends; the next one starts there. */
  public int end(int completion) {
    return starts[completion + 1];
  }

  /** Returns the number of tokens of a completion. */
  public int length(int completion) {
    return starts[completion + 1] - starts[completion];
  }

  /** Returns the places of the completions {@code from} to {@code to - 1} alone. */
  public Ragged range(int from, int to) {
    int[] lengths = new int[to - from];
    Arrays.setAll(lengths, i -> length(from + i));
    return of(lengths);
  }

  /** Returns the numbers of the completions at some places. */
  public double[] at(double[] values, int... places) {
    int size = Arrays.stream(places).map(this::length).sum();
    double[] some = new double[size];
    int at = 0;
    for (int place : places) {
      System.arraycopy(values, start(place), some, at, length(place));
      at += length(place);
    }
    return some;
  }

  /** Returns the number of each completion for each of its tokens, {@code [total]}. */
  public double[] spread(double[] values) {
    double[] spread = new double[total()];
    for (int i = 0; i < count(); i++) {
      Arrays.fill(spread, start(i), end(i), values[i]);
    }
    return spread;
  }

  /** Returns the sum of {@code values [total]} over each completion. */
  public double[] sums(double[] values) {
    double[] sums = new double[count()];
    for (int i = 0; i < count(); i++) {
      for (int t = start(i); t < end(i); t++) {
        sums[i] += values[t];
      }
    }
    return sums;
  }
}
