package org.ppo4j.agent.numeric;

import java.util.List;
import org.ppo4j.agent.parameter.NamesHyperparameters;

/**
 * Thrown if a number that must be finite is NaN or infinite; the message is a sentence for users.
 */
public final class NonFiniteException extends RuntimeException implements NamesHyperparameters {
  private static final long serialVersionUID = 1L;

  private final String fault;
  private final String advice;
  private final String[] hyperparameters;

  NonFiniteException(String fault, String advice, List<String> hyperparameters) {
    this(fault, "", advice, hyperparameters);
  }

  private NonFiniteException(
      String fault, String time, String advice, List<String> hyperparameters) {
    super("%s%s, but must be finite; %s".formatted(fault, time, advice));
    this.fault = fault;
    this.advice = advice;
    this.hyperparameters = hyperparameters.toArray(String[]::new);
  }

  /**
   * Returns a copy of this exception with a time in its message.
   *
   * @param time when the number occurred, such as {@code "step 164"}
   */
  public NonFiniteException at(String time) {
    NonFiniteException timed =
        new NonFiniteException(fault, " at " + time, advice, hyperparameters());
    timed.initCause(this);
    return timed;
  }

  @Override
  public List<String> hyperparameters() {
    return List.of(hyperparameters);
  }
}
