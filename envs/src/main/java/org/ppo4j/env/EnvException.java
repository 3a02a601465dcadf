package org.ppo4j.env;

/**
 * A sub-environment, or what steps it, failed. The message says which one and why in a sentence fit
 * for a user.
 */
public class EnvException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EnvException(String message) {
    super(message);
  }

  public EnvException(String message, Throwable cause) {
    super(message, cause);
  }
}
