package org.ppo4j.env;

/**
 * Thrown if a sub-environment, or the software that steps it, fails. The message is one sentence
 * for users that names the sub-environment and the reason.
 */
public class EnvException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for users. */
  public EnvException(String message) {
    super(message);
  }

  /** Creates an exception with a message for users and a cause. */
  public EnvException(String message, Throwable cause) {
    super(message, cause);
  }
}
