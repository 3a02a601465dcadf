package org.ppo4j.tokens.reward;

/** A reward function was closed while it scored, so there are no rewards. */
public final class ClosedRewardException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message is a sentence. */
  public ClosedRewardException(String message) {
    super(message);
  }
}
