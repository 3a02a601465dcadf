package org.ppo4j.lab.peer;

/** Thrown when a peer cannot be run; the message is a clause that says why. */
public final class PeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PeerException(String message) {
    super(message);
  }

  PeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
