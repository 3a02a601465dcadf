package org.ppo4j.agent.checkpoint;

/** Thrown if a checkpoint cannot be used; the message is a sentence for users. */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean damaged;

  CheckpointException(String message, boolean damaged) {
    super(message);
    this.damaged = damaged;
  }

  CheckpointException(String message, boolean damaged, Throwable cause) {
    super(message, cause);
    this.damaged = damaged;
  }

  /**
   * Returns whether the file differs from what was written, so that an earlier checkpoint may be
   * usable.
   */
  public boolean isDamaged() {
    return damaged;
  }
}
