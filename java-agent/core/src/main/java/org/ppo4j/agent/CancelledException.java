package org.ppo4j.agent;

/** The iteration in progress was abandoned. */
final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CancelledException() {
    super("cancelled", null, false, false);
  }
}
