package org.ppo4j.agent.network;

import java.util.List;

/** The sizes of an actor and a critic, which are all that a learner needs to know about them. */
public interface NetworkShape {

  /** Returns the number of input features. */
  int inputs();

  /**
   * Returns the images among the inputs, in order.
   *
   * @implSpec The default implementation returns none.
   */
  default List<ImageInput> images() {
    return List.of();
  }

  /** Returns the bytes of the images of one row, for {@link ActorCritic#images}. */
  default int imageBytes() {
    return images().stream().filter(ImageInput::bytes).mapToInt(ImageInput::size).sum();
  }

  /**
   * Returns the numbers that the networks remember of a sequence, for {@link ActorCritic#memory}.
   *
   * @implSpec The default implementation returns 0, for networks that remember nothing.
   */
  default int stateSize() {
    return 0;
  }

  /**
   * Returns whether the actor and the critic share all layers but the last, so that both together
   * cost hardly more than one.
   *
   * @implSpec The default implementation returns false.
   */
  default boolean sharedTrunk() {
    return false;
  }

  /** Returns the number of the actor's outputs (logits, or means). */
  int policyOutputs();

  /** Returns the number of log standard deviations; 0 for discrete actions. */
  int logStdSize();

  /** Returns where in the flat parameters the log standard deviations start. */
  int logStdOffset();

  /** Returns the number of all parameters. */
  int parameterCount();

  /** Returns what the parameter at {@code index} of the flat array is, as a phrase. */
  String describe(int index);
}
