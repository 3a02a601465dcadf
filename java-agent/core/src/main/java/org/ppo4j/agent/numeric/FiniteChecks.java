package org.ppo4j.agent.numeric;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Checks that numbers are finite, so that a training stops before it learns from a NaN or an
 * infinity.
 *
 * <p>A finite number times zero is zero, any other number times zero is NaN, and a sum with NaN is
 * NaN. The check therefore takes one addition for each number and one branch for all of them.
 */
public final class FiniteChecks {
  private FiniteChecks() {}

  /** Where the numbers of sub-environments come from, which decides the advice in the message. */
  public enum Origin {
    ENVIRONMENT("fix the environment"),
    POLICY("the policy has diverged: train again with a lower learningRate", "learningRate");

    private final String advice;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> hyperparameters;

    Origin(String advice, String... hyperparameters) {
      this.advice = advice;
      this.hyperparameters = List.of(hyperparameters);
    }
  }

  /**
   * Requires finite numbers of every sub-environment.
   *
   * @param numbers {@code [N, width]}
   * @param origin where the numbers come from
   * @param quantity the name of the numbers in the message
   * @throws NonFiniteException if one is not finite
   */
  public static void requireRows(double[] numbers, int width, Origin origin, String quantity) {
    if (!areFinite(numbers, 0, numbers.length)) {
      for (int row = 0; row < numbers.length / width; row++) {
        requireRow(numbers, row, width, origin, quantity);
      }
    }
  }

  /** Requires finite numbers, as {@link #requireRows(double[], int, Origin, String)} does. */
  public static void requireRows(float[] numbers, int width, Origin origin, String quantity) {
    if (!areFinite(numbers)) {
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          throw ofEnvironment(i / width, numbers[i], origin, quantity);
        }
      }
    }
  }

  /**
   * Requires finite numbers of sub-environment {@code row} only, as {@link #requireRows(double[],
   * int, Origin, String)} does for all.
   */
  public static void requireRow(
      double[] numbers, int row, int width, Origin origin, String quantity) {
    int from = row * width;
    if (!areFinite(numbers, from, from + width)) {
      for (int i = from; i < from + width; i++) {
        if (!Double.isFinite(numbers[i])) {
          throw ofEnvironment(row, numbers[i], origin, quantity);
        }
      }
    }
  }

  /**
   * Requires that a number which does not belong to a single sub-environment is finite.
   *
   * @throws NonFiniteException if it is not
   */
  public static void require(double number, String quantity) {
    if (!Double.isFinite(number)) {
      throw new NonFiniteException(
          "the %s is %s".formatted(quantity, number),
          "resume from an earlier checkpoint or train again with a lower learningRate",
          List.of("learningRate"));
    }
  }

  /**
   * Requires finite parameters of a network.
   *
   * @param parameters {@code [parameterCount]}
   * @param description describes a parameter by its index, for the message
   * @throws NonFiniteException if one is not finite
   */
  public static void requireParameters(float[] parameters, IntFunction<String> description) {
    if (!areFinite(parameters)) {
      for (int i = 0; i < parameters.length; i++) {
        if (!Float.isFinite(parameters[i])) {
          require(parameters[i], description.apply(i));
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
      int env, double number, Origin origin, String quantity) {
    return new NonFiniteException(
        "the %s of sub-environment %d is %s".formatted(quantity, env, number),
        origin.advice,
        origin.hyperparameters);
  }
}
