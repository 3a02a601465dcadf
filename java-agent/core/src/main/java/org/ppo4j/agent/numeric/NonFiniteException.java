package org.ppo4j.agent.numeric;

/** A number from which nothing can be learnt came up; the message is a sentence fit for a user. */
public final class NonFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NonFiniteException(String message) {
    super(message);
  }
}
