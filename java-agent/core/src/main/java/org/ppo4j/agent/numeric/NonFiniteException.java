package org.ppo4j.agent.numeric;

import java.util.List;
import org.ppo4j.agent.parameter.NamesHyperparameters;

/**
 * Thrown if a number cannot be learnt from: it is NaN or infinite, too large, or not a value of its
 * space. The message is a sentence for users.
 */
public final class NonFiniteException extends RuntimeException implements NamesHyperparameters {
  private static final long serialVersionUID = 1L;

  private final String fault;
  private final String time;
  private final String requirement;
  private final String advice;
  private final String[] hyperparameters;
  private final boolean computed;

  NonFiniteException(
      String fault,
      String requirement,
      String advice,
      List<String> hyperparameters,
      boolean computed) {
    this(fault, "", requirement, advice, hyperparameters, computed);
  }

  private NonFiniteException(
      String fault,
      String time,
      String requirement,
      String advice,
      List<String> hyperparameters,
      boolean computed) {
    super("%s%s, but %s; %s".formatted(fault, time, requirement, advice));
    this.fault = fault;
    this.time = time;
    this.requirement = requirement;
    this.advice = advice;
    this.hyperparameters = hyperparameters.toArray(String[]::new);
    this.computed = computed;
  }

  /**
   * Returns a copy of this exception with a time in its message.
   *
   * @param time when the number occurred, such as {@code "step 164"}
   */
  public NonFiniteException at(String time) {
    return with(" at " + time, advice, hyperparameters());
  }

  /**
   * Returns a copy of this exception with another advice.
   *
   * @param advice the cause of the number, and what to do
   * @param hyperparameters the hyperparameters that the advice names
   */
  public NonFiniteException because(String advice, List<String> hyperparameters) {
    return with(time, advice, hyperparameters);
  }

  private NonFiniteException with(String time, String advice, List<String> hyperparameters) {
    NonFiniteException copy =
        new NonFiniteException(fault, time, requirement, advice, hyperparameters, computed);
    copy.initCause(this);
    return copy;
  }

  /** Returns whether the training computed the number; false if an environment gave it. */
  public boolean isComputed() {
    return computed;
  }

  @Override
  public List<String> hyperparameters() {
    return List.of(hyperparameters);
  }
}
