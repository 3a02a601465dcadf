package org.ppo4j.agent.network;

import org.jspecify.annotations.Nullable;

/**
 * A layer that maps images to images, one row of a minibatch after the other, so that what a row
 * needs stays in the cache. It keeps the outputs of all rows for the backward pass.
 */
interface ImageLayer {

  /** Returns the place of the numbers in an output. */
  Grid output();

  /** Allocates outputs for up to {@code rows} rows. */
  void reserve(int rows);

  /** Computes and returns the output of a row; its array belongs to the layer. */
  float[] forward(int row, float[] x);

  /** Returns the last output of a row. */
  float[] output(int row);

  /**
   * Adds a row's part to the gradients with respect to the parameters.
   *
   * @param x the input of the last {@link #forward} of that row
   * @param outputGradients the gradients with respect to the output; overwritten
   * @param inputGradients receives the gradients with respect to {@code x}; null if nobody needs
   *     them
   */
  void backward(int row, float[] x, float[] outputGradients, float @Nullable [] inputGradients);

  /** Packs this layer's part of the flat {@code parameters}. */
  default void load(float[] parameters) {}

  /** Sets the gradients to zero. */
  default void begin() {}

  /** Writes the gradients to their places in the flat {@code gradients}. */
  default void store(float[] gradients) {}
}
