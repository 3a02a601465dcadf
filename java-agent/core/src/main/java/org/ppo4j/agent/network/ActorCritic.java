package org.ppo4j.agent.network;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * An actor and a critic over one flat array of parameters: forward and backward, and nothing of
 * PPO.
 *
 * <p>The order of an MLP's parameters is {@link NetworkSpec}'s, the same for every engine. An
 * instance owns its arrays and is confined to one thread at a time.
 */
public interface ActorCritic extends AutoCloseable {

  /**
   * Returns the sizes of the networks; a {@link NetworkSpec} if they are MLPs whose parameters have
   * its order, and only then.
   */
  NetworkShape spec();

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
   * Returns the live parameters, {@code [parameterCount]}. Who writes to them calls {@link
   * #parametersChanged} before the next {@link #forward}.
   */
  float[] parameters();

  /** Tells the engine that {@link #parameters} were written to. */
  void parametersChanged();

  /** Writes to the parameters {@code from} to {@code to - 1}. */
  @FunctionalInterface
  interface Change {
    void apply(int from, int to);
  }

  /**
   * Has all {@link #parameters} changed, range by range, each of them once, by two threads at a
   * time where the engine has two. {@link #parametersChanged} need not be called.
   */
  default void change(Change change) {
    change.apply(0, parameters().length);
    parametersChanged();
  }

  /**
   * Returns the live gradients, {@code [parameterCount]}, in the order of {@link #parameters}.
   * {@link #backward} overwrites all of it but the log standard deviations, which are no part of
   * the networks: their gradient is the loss's to write.
   */
  float[] gradients();

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
   * Writes to {@link #gradients} the gradient of a loss of which the derivatives by the outputs are
   * given, for the very inputs and rows of the last {@link #forward}.
   *
   * @param inputs the features of that forward, {@code [rows, inputs]}
   * @param rows the rows of that forward
   * @param policyGradients the loss's derivative by the actor's outputs, {@code [rows,
   *     policyOutputs]}
   * @param valueGradients the loss's derivative by the critic's outputs, {@code [rows]}
   */
  void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients);

  /** Releases what the engine holds outside the Java heap. */
  @Override
  void close();
}
