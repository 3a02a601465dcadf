package org.ppo4j.tokens.model;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.MatrixKernels;

/** The log probabilities of tokens from logits, and the way back from gradients. */
public final class TokenLogProbabilities {
  private final MatrixKernels kernels;
  private final Team team;
  private final int vocabulary;

  /** Creates the arithmetic on the threads of a model. */
  public TokenLogProbabilities(Transformer model) {
    kernels = model.kernels();
    team = model.team();
    vocabulary = model.config().vocabularySize();
  }

  /**
   * Computes {@code log softmax(logits / temperature)} of one token in each row.
   *
   * @param logits {@code [n, vocabulary]}, overwritten by the probabilities
   * @param targets the token of each row
   * @param logps {@code [n]}, written by the callee
   * @param entropies {@code [n]}, written by the callee; null if they are not needed
   */
  public void forward(
      int n,
      float[] logits,
      int[] targets,
      double temperature,
      double[] logps,
      double @Nullable [] entropies) {
    team.split(
        n,
        1,
        (from, to) -> {
          float[] shifted = new float[entropies == null ? 0 : vocabulary];
          for (int row = from; row < to; row++) {
            logps[row] =
                forward(row * vocabulary, logits, targets[row], (float) (1 / temperature), shifted);
            if (entropies != null) {
              entropies[row] = entropy(row * vocabulary, logits, shifted);
            }
          }
        });
  }

  /** Returns the log probability; copies logits minus the log of their sum to {@code copy}. */
  private double forward(int at, float[] x, int target, float factor, float[] copy) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < vocabulary; j++) {
      x[at + j] *= factor;
      max = Math.max(max, x[at + j]);
    }
    for (int j = 0; j < vocabulary; j++) {
      x[at + j] -= max;
    }
    double logit = x[at + target];
    System.arraycopy(x, at, copy, 0, copy.length);
    kernels.exp(at, at + vocabulary, x);
    float sum = kernels.sum(vocabulary, x, at);
    double log = Math.log(sum);
    for (int j = 0; j < vocabulary; j++) {
      x[at + j] /= sum;
    }
    for (int j = 0; j < copy.length; j++) {
      copy[j] -= (float) log;
    }
    return logit - log;
  }

  private double entropy(int at, float[] probabilities, float[] logs) {
    return -kernels.dot(vocabulary, probabilities, at, logs, 0);
  }

  /**
   * Turns gradients of log probabilities into those of logits.
   *
   * @param probabilities as {@link #forward} left them, overwritten by the gradients of the logits
   * @param gradients the loss's gradients for the log probabilities, {@code [n]}
   */
  public void backward(
      int n, float[] probabilities, int[] targets, double temperature, double[] gradients) {
    team.split(
        n,
        1,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            float gradient = (float) (gradients[row] / temperature);
            int at = row * vocabulary;
            for (int j = 0; j < vocabulary; j++) {
              probabilities[at + j] *= -gradient;
            }
            probabilities[at + targets[row]] += gradient;
          }
        });
  }
}
