package org.ppo4j.agent.checkpoint;

/** A checkpoint cannot be used; the message is a sentence fit for a user. */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
