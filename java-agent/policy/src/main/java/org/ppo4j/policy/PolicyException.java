package org.ppo4j.policy;

/** Thrown if a policy cannot be loaded; the message is one sentence fit for a user. */
public final class PolicyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PolicyException(String message) {
    super(message);
  }

  PolicyException(String message, Throwable cause) {
    super(message, cause);
  }
}
