package org.ppo4j.agent.checkpoint;

/** A checkpoint cannot be used; the message is a sentence fit for a user. */
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

  /** Returns whether the file is not what was once written, so that an earlier one may serve. */
  public boolean isDamaged() {
    return damaged;
  }
}
