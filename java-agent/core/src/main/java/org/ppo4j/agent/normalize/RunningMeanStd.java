package org.ppo4j.agent.normalize;

import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.state.TrainingState;

/**
 * Running mean and population variance of vectors, merged batch by batch (Chan et al. 1979), as in
 * Gymnasium's {@code RunningMeanStd}. The initial values are mean 0, variance 1 and count 1e-4.
 */
public final class RunningMeanStd {
  private static final double START_COUNT = 1e-4;

  /** The number of vectors after which a deviation is known well enough to be compared with. */
  private static final double SETTLED_COUNT = 1000;

  /** The factor by which a batch must multiply a variance to be found: 100 for the deviation. */
  private static final double WIDENING = 1e4;

  /** The same for a deviation that is not known well yet, from {@link #EARLY_COUNT} vectors on. */
  private static final double EARLY_WIDENING = 1e12;

  private static final double EARLY_COUNT = 20;

  /** The squares of an element that was never constant, more than those of the initial variance. */
  private static final double SQUARES = 100 * START_COUNT;

  private final double[] mean;
  private final double[] variance;
  private double count = START_COUNT;

  /**
   * The element whose deviation a batch multiplied, the first one since it was asked for; or -1.
   */
  private int widened = -1;

  private double widenedFrom;

  /** Creates the statistics of vectors of {@code size} numbers. */
  public RunningMeanStd(int size) {
    mean = new double[size];
    variance = new double[size];
    Arrays.fill(variance, 1);
  }

  /** Creates the statistics of no vectors at all, to be {@linkplain #merge merged} into others. */
  static RunningMeanStd empty(int size) {
    RunningMeanStd empty = new RunningMeanStd(size);
    empty.count = 0;
    return empty;
  }

  /** Returns to the statistics of no vectors at all. */
  void clear() {
    Arrays.fill(mean, 0);
    Arrays.fill(variance, 1);
    count = 0;
  }

  /**
   * Adds a batch of vectors.
   *
   * @param batch vectors of {@code size} numbers, row i starting at {@code i * size}; rows {@code
   *     fromRow} to {@code fromRow + rows - 1} are added
   */
  public void update(double[] batch, int fromRow, int rows) {
    int size = mean.length;
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int row = fromRow; row < fromRow + rows; row++) {
        sum += batch[row * size + i];
      }
      double batchMean = sum / rows;
      double squares = 0;
      for (int row = fromRow; row < fromRow + rows; row++) {
        double centred = batch[row * size + i] - batchMean;
        squares += centred * centred;
      }
      double before = variance[i];
      merge(i, batchMean, squares / rows, rows);
      if (variance[i] > WIDENING * before
          && widened < 0
          && (count > SETTLED_COUNT
              || (count > EARLY_COUNT && variance[i] > EARLY_WIDENING * before))
          && before * count > SQUARES) {
        widened = i;
        widenedFrom = Math.sqrt(before);
      }
    }
    count += rows;
  }

  /**
   * Returns the first element whose deviation one batch multiplied by more than 100, after the
   * first 1,000 vectors, or by more than a million after the first 20; -1 if there is none.
   */
  int widened() {
    return widened;
  }

  /** Returns the deviation that {@link #widened} had before. */
  double widenedFrom() {
    return widenedFrom;
  }

  /** Adds all vectors that were added to {@code other}. */
  public void merge(RunningMeanStd other) {
    for (int i = 0; i < mean.length; i++) {
      merge(i, other.mean[i], other.variance[i], other.count);
    }
    count += other.count;
  }

  private void merge(int i, double otherMean, double otherVariance, double otherCount) {
    double total = count + otherCount;
    double delta = otherMean - mean[i];
    double squares =
        variance[i] * count
            + otherVariance * otherCount
            + delta * delta * count * otherCount / total;
    mean[i] += delta * otherCount / total;
    variance[i] = squares / total;
  }

  /** Returns the mean of element {@code i}. */
  public double mean(int i) {
    return mean[i];
  }

  /** Returns the variance of element {@code i}. */
  public double variance(int i) {
    return variance[i];
  }

  /** Saves the statistics under {@code name}. */
  public void save(TrainingState state, String name) {
    state.put(name + "/mean", mean);
    state.put(name + "/variance", variance);
    state.put(name + "/count", new double[] {count});
  }

  /** Saves only mean and variance, under these names. */
  void saveMoments(TrainingState state, String meanName, String varianceName) {
    state.put(meanName, mean);
    state.put(varianceName, variance);
  }

  /**
   * Restores the statistics from {@code name}.
   *
   * @throws org.ppo4j.agent.numeric.NonFiniteException if one is not finite
   */
  public void restore(TrainingState state, String name) {
    for (String moment : List.of("/mean", "/variance", "/count")) {
      for (double number : state.doubles(name + moment)) {
        FiniteChecks.require(number, "checkpoint's array " + name + moment);
      }
    }
    System.arraycopy(state.doubles(name + "/mean", mean.length), 0, mean, 0, mean.length);
    System.arraycopy(state.doubles(name + "/variance", mean.length), 0, variance, 0, mean.length);
    count = state.doubles(name + "/count", 1)[0];
    if (count <= 0) {
      throw new IllegalArgumentException(
          "the checkpoint's array %s/count is %s, but a count is positive".formatted(name, count));
    }
  }
}
