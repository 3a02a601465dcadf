package org.ppo4j.agent.network;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * An actor and a critic over one flat array of parameters: forward and backward passes, without
 * PPO's loss.
 *
 * <p>{@link NetworkSpec} defines the order of an MLP's parameters, which is the same for every
 * engine. An instance owns its arrays and is confined to one thread at a time.
 */
public interface ActorCritic extends AutoCloseable {

  /**
   * Returns the sizes of the networks; a {@link NetworkSpec} if they are MLPs whose parameters have
   * its order, and only then.
   */
  NetworkShape shape();

  /**
   * Returns the numbers of a row of inputs: the features, and what wrappers of networks take behind
   * them, such as a mask of actions.
   *
   * @implSpec The default implementation returns the number of features.
   */
  default int rowSize() {
    return shape().inputs();
  }

  /**
   * Initialises the parameters of networks that are not MLPs, before a training starts. Values that
   * depend on {@code random} alone make trainings of the same seed the same. The caller sets the
   * log standard deviations and calls {@link #parametersChanged} afterwards.
   *
   * @implSpec The default implementation keeps the parameters.
   * @param random the training's stream of random numbers for the initialisation
   */
  default void initialize(UniformRandomProvider random) {}

  /**
   * Returns the live parameters, {@code [parameterCount]}. After writing to the array, call {@link
   * #parametersChanged} before the next {@link #forward}.
   */
  float[] parameters();

  /** Notifies the engine that {@link #parameters} were written to. */
  void parametersChanged();

  /** Updates a range of the parameters. */
  @FunctionalInterface
  interface ParameterUpdate {
    void apply(int from, int to);
  }

  /**
   * Applies {@code update} to disjoint ranges that together cover all {@link #parameters}, on two
   * threads at the same time if the engine has two. {@link #parametersChanged} is not needed
   * afterwards.
   */
  default void updateParameters(ParameterUpdate update) {
    update.apply(0, parameters().length);
    parametersChanged();
  }

  /**
   * Returns the live gradients, {@code [parameterCount]}, in the order of {@link #parameters}.
   * {@link #backward} overwrites everything except the gradients of the log standard deviations,
   * which the loss writes because they do not belong to the networks.
   */
  float[] gradients();

  /**
   * Gives networks with images of bytes those of the rows of the following calls.
   *
   * @param images the images, {@code [rows, imageBytes]} of {@link NetworkSpec#imageBytes}; may be
   *     longer. The array is kept, not copied
   * @implSpec The default implementation does nothing, for networks without such images.
   */
  default void images(byte[] images) {}

  /**
   * Gives networks that remember the sequences of the rows of the following calls, and their
   * states. Each call reads the states before its first rows and writes those after its last rows;
   * {@link #policy} writes the actor's and {@link #values} the critic's.
   *
   * @param memory the sequences, which is kept, not copied
   * @implSpec The default implementation does nothing, for networks that remember nothing.
   */
  default void memory(Memory memory) {}

  /**
   * Runs both networks.
   *
   * @param inputs the features, {@code [rows, inputs]}; may be longer
   * @param rows the number of rows, at least 1
   * @param policyOutputs receives the actor's outputs, {@code [rows, policyOutputs]}
   * @param values receives the critic's outputs, {@code [rows]}
   */
  void forward(float[] inputs, int rows, float[] policyOutputs, float[] values);

  /**
   * Runs the actor alone; gives the same outputs as {@link #forward}.
   *
   * @param inputs the features, {@code [rows, inputs]}; may be longer
   * @param rows the number of rows, at least 1
   * @param policyOutputs receives the actor's outputs, {@code [rows, policyOutputs]}
   */
  void policy(float[] inputs, int rows, float[] policyOutputs);

  /**
   * Runs the critic alone; gives the same values as {@link #forward}.
   *
   * @param inputs the features, {@code [rows, inputs]}; may be longer
   * @param rows the number of rows, at least 1
   * @param values receives the critic's outputs, {@code [rows]}
   */
  void values(float[] inputs, int rows, float[] values);

  /**
   * Writes to {@link #gradients} the gradients of a loss, given its derivatives with respect to the
   * outputs. The inputs and rows must be those of the last {@link #forward}, after which neither
   * {@link #policy} nor {@link #values} was called.
   *
   * @param inputs the features of that forward, {@code [rows, inputs]}
   * @param rows the rows of that forward
   * @param policyGradients the loss's derivatives with respect to the actor's outputs, {@code
   *     [rows, policyOutputs]}
   * @param valueGradients the loss's derivatives with respect to the critic's outputs, {@code
   *     [rows]}
   */
  void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients);

  /**
   * Returns whether {@link #close} was called.
   *
   * @implSpec The default implementation returns false.
   */
  default boolean isClosed() {
    return false;
  }

  /** Releases what the engine holds outside the Java heap. Closing twice has no effect. */
  @Override
  void close();
}
