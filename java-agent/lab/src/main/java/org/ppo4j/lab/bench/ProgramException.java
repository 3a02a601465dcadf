package org.ppo4j.lab.bench;

/** Thrown when a program yields no measurement; the message is a clause that says why. */
public final class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProgramException(String message) {
    super(message);
  }

  public ProgramException(String message, Throwable cause) {
    super(message, cause);
  }
}
