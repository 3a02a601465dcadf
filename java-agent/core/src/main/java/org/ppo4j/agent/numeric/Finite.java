package org.ppo4j.agent.numeric;

import java.util.function.IntFunction;

/**
 * Stops a training at the first NaN or infinity, before anything is learnt from it.
 *
 * <p>A finite number times zero is zero, any other is NaN, and a sum keeps a NaN: one addition for
 * each number and one branch for all of them.
 */
public final class Finite {
  private Finite() {}

  /**
   * Requires finite numbers of every sub-environment.
   *
   * @param numbers {@code [N, width]}
   * @param globalStep environment steps so far, for the message
   * @param quantity what the numbers are, for the message
   * @throws NonFiniteException if one is not finite
   */
  public static void requireRows(double[] numbers, int width, long globalStep, String quantity) {
    if (!areFinite(numbers, 0, numbers.length)) {
      for (int row = 0; row < numbers.length / width; row++) {
        requireRow(numbers, row, width, globalStep, quantity);
      }
    }
  }

  /** As {@link #requireRows(double[], int, long, String)}. */
  public static void requireRows(float[] numbers, int width, long globalStep, String quantity) {
    if (!areFinite(numbers)) {
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          throw ofEnvironment(i / width, numbers[i], globalStep, quantity);
        }
      }
    }
  }

  /** Requires finite numbers of sub-environment {@code row} alone, otherwise as the others. */
  public static void requireRow(
      double[] numbers, int row, int width, long globalStep, String quantity) {
    int from = row * width;
    if (!areFinite(numbers, from, from + width)) {
      for (int i = from; i < from + width; i++) {
        if (!Double.isFinite(numbers[i])) {
          throw ofEnvironment(row, numbers[i], globalStep, quantity);
        }
      }
    }
  }

  /**
   * Requires a finite number, of all sub-environments together.
   *
   * @throws NonFiniteException if it is not
   */
  public static void require(double number, long globalStep, String quantity) {
    if (!Double.isFinite(number)) {
      throw new NonFiniteException(
          "the %s is %s in the update at step %d, but must be finite; go on from an earlier checkpoint or train anew with a lower --learning-rate"
              .formatted(quantity, number, globalStep));
    }
  }

  /**
   * Requires finite parameters of a network.
   *
   * @param parameters {@code [parameterCount]}
   * @param description says what a parameter is, for the message
   * @throws NonFiniteException if one is not finite
   */
  public static void requireParameters(
      float[] parameters, long globalStep, IntFunction<String> description) {
    if (!areFinite(parameters)) {
      for (int i = 0; i < parameters.length; i++) {
        if (!Float.isFinite(parameters[i])) {
          require(parameters[i], globalStep, description.apply(i));
        }
      }
    }
  }

  /** Returns whether all numbers are finite. */
  public static boolean areFinite(float[] numbers) {
    float sum = 0;
    for (float number : numbers) {
      sum += number * 0;
    }
    return sum == 0;
  }

  private static boolean areFinite(double[] numbers, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += numbers[i] * 0;
    }
    return sum == 0;
  }

  private static NonFiniteException ofEnvironment(
      int env, double number, long globalStep, String quantity) {
    return new NonFiniteException(
        "the %s of sub-environment %d is %s at step %d, but must be finite; %s"
            .formatted(
                quantity,
                env,
                number,
                globalStep,
                quantity.contains("action")
                    ? "the policy has diverged: train anew with a lower --learning-rate"
                    : "mend the environment"));
  }
}
