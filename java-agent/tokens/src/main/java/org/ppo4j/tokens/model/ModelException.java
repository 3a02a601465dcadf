package org.ppo4j.tokens.model;

/** Thrown if a model's files cannot be used; the message is a sentence for the user. */
public final class ModelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with its sentence. */
  public ModelException(String message) {
    super(message);
  }
}
