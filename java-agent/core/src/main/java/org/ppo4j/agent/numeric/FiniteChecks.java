package org.ppo4j.agent.numeric;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Checks that numbers are finite, so that a training stops before it learns from a NaN or an
 * infinity. What an environment gives must also be smaller than {@link #LIMIT}: a larger number
 * overflows as a {@code float}, or its square does in the running variance or the loss.
 *
 * <p>A finite number times zero is zero, any other number times zero is NaN, and a sum with NaN is
 * NaN. The check therefore takes one addition for each number and one branch for all of them. A
 * number that reaches the limit is infinite once it is multiplied by 2<sup>960</sup>.
 */
public final class FiniteChecks {
  /** The root of the first number that a {@code float} cannot represent, about 1.8e19. */
  public static final double LIMIT = 0x1p64;

  private static final double TO_INFINITY = 0x1p960;

  private FiniteChecks() {}

  /** Where the numbers of sub-environments come from, which decides the advice in the message. */
  private enum Origin {
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
   * Requires numbers of every sub-environment that are finite and smaller than {@link #LIMIT}.
   *
   * @param numbers {@code [N, width]}, from the environment
   * @param quantity the name of the numbers in the message
   * @param place says where in its row a number is, by its index; the message has it after the
   *     number
   * @throws NonFiniteException if one is not
   */
  static void requireRows(double[] numbers, int width, String quantity, IntFunction<String> place) {
    if (!areSmall(numbers, 0, numbers.length)) {
      for (int row = 0; row < numbers.length / width; row++) {
        requireRow(numbers, row, width, quantity, place);
      }
    }
  }

  /** Requires numbers of sub-environment {@code row} only, as {@link #requireRows} does for all. */
  static void requireRow(
      double[] numbers, int row, int width, String quantity, IntFunction<String> place) {
    int from = row * width;
    if (!areSmall(numbers, from, from + width)) {
      for (int i = 0; i < width; i++) {
        double number = numbers[from + i];
        if (!Double.isFinite(number)) {
          throw ofEnvironment(row, number + place.apply(i), Origin.ENVIRONMENT, quantity);
        }
        if (!(Math.abs(number) < LIMIT)) {
          throw tooLarge(row, number + place.apply(i), quantity);
        }
      }
    }
  }

  /**
   * Requires finite numbers of every sub-environment, which the policy computed.
   *
   * @param numbers {@code [N, width]}
   * @param quantity the name of the numbers in the message
   * @throws NonFiniteException if one is not finite
   */
  public static void requireRows(float[] numbers, int width, String quantity) {
    if (!areFinite(numbers)) {
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          throw ofEnvironment(i / width, Float.toString(numbers[i]), Origin.POLICY, quantity);
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
          "must be finite",
          "resume from an earlier checkpoint or train again with a lower learningRate",
          List.of("learningRate"),
          true);
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

  private static boolean areSmall(double[] numbers, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += numbers[i] * TO_INFINITY * 0;
    }
    return sum == 0;
  }

  /**
   * Returns what to throw if a number of an environment is not a value of its space.
   *
   * @param env the sub-environment
   * @param requirement what the number must be
   */
  static NonFiniteException notOfSpace(int env, String quantity, String value, String requirement) {
    return new NonFiniteException(
        "the %s of sub-environment %d is %s".formatted(quantity, env, value),
        requirement,
        Origin.ENVIRONMENT.advice,
        List.of(),
        false);
  }

  /** Returns what to throw if the mask of sub-environment {@code env} has no valid action. */
  static NonFiniteException noValidAction(int env) {
    return new NonFiniteException(
        "the mask of sub-environment %d has no valid action".formatted(env),
        "each discrete number of an action needs one",
        "fix the environment, or train without masks with actionMasks NONE",
        List.of("actionMasks"),
        false);
  }

  private static NonFiniteException tooLarge(int env, String number, String quantity) {
    return new NonFiniteException(
        "the %s of sub-environment %d is %s".formatted(quantity, env, number),
        "must lie between -1.8e19 and 1.8e19, so that a float can represent its square",
        Origin.ENVIRONMENT.advice,
        List.of(),
        false);
  }

  private static NonFiniteException ofEnvironment(
      int env, String number, Origin origin, String quantity) {
    return new NonFiniteException(
        "the %s of sub-environment %d is %s".formatted(quantity, env, number),
        "must be finite",
        origin.advice,
        origin.hyperparameters,
        origin == Origin.POLICY);
  }
}
