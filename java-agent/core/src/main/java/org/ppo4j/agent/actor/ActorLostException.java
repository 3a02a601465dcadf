package org.ppo4j.agent.actor;

/** Thrown if an actor, or the way to it, was lost; its order may be given again. */
public final class ActorLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with a sentence that names the actor and its machine. */
  public ActorLostException(String message) {
    super(message);
  }
}
