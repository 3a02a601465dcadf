package org.ppo4j.agent.action;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.env.Space;

/**
 * The distribution of an action given the actor's outputs; components are independent (details 25
 * and 37). An instance works on whole batches and keeps what {@link #gradients} needs from the last
 * {@link #evaluate}, so it is confined to one thread.
 *
 * <p>{@code B} is the number of rows, {@code D} the number of the actor's outputs, {@code A} the
 * number of components of an action. Discrete actions are counted from 0, regardless of the space's
 * start. {@code parameters} is the network's flat array, of which only the log standard deviations
 * are read.
 */
public interface ActionDistribution {

  /**
   * Returns the distribution for actions of {@code space} from networks that a factory makes.
   *
   * @param factory the factory, which makes the distribution too if it is a {@link
   *     DistributionFactory}; null for MLPs of an engine
   * @throws IllegalArgumentException if the factory's distribution does not fit
   */
  static ActionDistribution of(
      Space space, ActionConfig config, NetworkShape shape, @Nullable NetworkFactory factory) {
    if (!(factory instanceof DistributionFactory own)) {
      return of(space, config, shape);
    }
    ActionDistribution made = own.distribution(space, shape);
    if (made.actionSize() != space.size() || made.outputSize() != shape.policyOutputs()) {
      throw new IllegalArgumentException(
          "%s made a distribution of %d outputs and %d action numbers, but the networks have %d and %s has %d"
              .formatted(
                  own.getClass().getName(),
                  made.outputSize(),
                  made.actionSize(),
                  shape.policyOutputs(),
                  space,
                  space.size()));
    }
    return made;
  }

  /** Returns the distribution for actions of {@code space} from networks of {@code shape}. */
  static ActionDistribution of(Space space, ActionConfig config, NetworkShape shape) {
    int latents = Math.max(0, shape.policyOutputs() - space.size());
    return of(space, config, shape.logStdOffset(), latents);
  }

  /**
   * Returns the distribution for actions of {@code space}.
   *
   * @param logStdOffset where the log standard deviations start in the flat parameters
   * @param latents L, the number of latent features; read for gSDE only
   */
  static ActionDistribution of(Space space, ActionConfig config, int logStdOffset, int latents) {
    return switch (space) {
      case Space.Box box -> continuous(box.size(), config, logStdOffset, latents);
      case Space.Discrete discrete -> new Categorical(discrete.n());
      case Space.MultiDiscrete multiDiscrete -> new Categorical(multiDiscrete.nvec());
      case Space.MultiBinary multiBinary -> new Bernoulli(multiBinary.n());
      case Space.Tuple tuple -> JointDistribution.of(tuple, config, logStdOffset);
    };
  }

  private static ActionDistribution continuous(
      int size, ActionConfig config, int logStdOffset, int latents) {
    return switch (config.actionHead()) {
      case GAUSSIAN -> bounded(new DiagonalGaussian(size, logStdOffset), config);
      case STATE_DEPENDENT_GAUSSIAN -> bounded(new StateDependentGaussian(size), config);
      case BETA -> new Beta(size);
      case GSDE -> bounded(new StateDependentExploration(size, latents, logStdOffset), config);
    };
  }

  private static ActionDistribution bounded(Gaussian gaussian, ActionConfig config) {
    return config.actionBounds() == ActionBounds.SQUASH ? new SquashedGaussian(gaussian) : gaussian;
  }

  /**
   * Returns D, the number of outputs that the actor needs for actions of {@code space}.
   *
   * @param latents L, the number of latent features; read for gSDE only
   * @throws IllegalArgumentException if an array cannot hold them
   */
  static int outputs(Space space, ActionConfig config, int latents) {
    long outputs =
        switch (space) {
          case Space.Discrete discrete -> discrete.n();
          case Space.MultiDiscrete multiDiscrete ->
              Arrays.stream(multiDiscrete.nvec()).asLongStream().sum();
          case Space.MultiBinary multiBinary -> multiBinary.n();
          case Space.Tuple(List<Space> parts) ->
              parts.stream().mapToLong(part -> outputs(part, config, latents)).sum();
          case Space.Box box ->
              switch (config.actionHead()) {
                case GAUSSIAN -> box.size();
                case STATE_DEPENDENT_GAUSSIAN, BETA -> 2L * box.size();
                case GSDE -> (long) box.size() + latents;
              };
        };
    return Sizes.requireArray(
        outputs,
        "the actor's outputs for actions %s".formatted(space),
        "use an environment of fewer actions");
  }

  /** Returns the number of log standard deviations that are parameters, for the same arguments. */
  static int logStdSize(Space space, ActionConfig config, int latents) {
    if (space instanceof Space.Tuple(List<Space> parts)) {
      return parts.stream().mapToInt(part -> logStdSize(part, config, latents)).sum();
    }
    if (!(space instanceof Space.Box box)) {
      return 0;
    }
    return switch (config.actionHead()) {
      case GAUSSIAN -> box.size();
      case STATE_DEPENDENT_GAUSSIAN, BETA -> 0;
      case GSDE ->
          Sizes.requireArray(
              (long) latents * box.size(),
              "the log standard deviations of GSDE for %d actions and %d units of the last hidden layer"
                  .formatted(box.size(), latents),
              "use smaller hidden layers or another distribution");
    };
  }

  /** Returns A, the number of components of an action. */
  int actionSize();

  /** Returns D, the number of the actor's outputs; those of a Gaussian start with the means. */
  int outputSize();

  /**
   * Draws the noise that samples of up to {@code rows} rows keep until it is drawn again. Only gSDE
   * has such noise; other distributions draw nothing.
   */
  default void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {}

  /**
   * Draws actions.
   *
   * @param outputs the actor's outputs, {@code [B, D]}
   * @param actions receives the actions, {@code [B, A]}
   */
  void sample(
      float[] outputs, int rows, float[] parameters, UniformRandomProvider random, float[] actions);

  /**
   * Draws the random numbers that {@link #drawNoise} draws, and forgets them.
   *
   * @return whether it did; false if how many there are depends on more than the number of rows
   */
  default boolean skipNoise(int rows, UniformRandomProvider random) {
    return true;
  }

  /**
   * Draws the random numbers that {@link #sample} draws, and forgets them, so that rows on several
   * machines get the numbers that they get on one.
   *
   * @return whether it did; false if how many there are depends on more than the number of rows
   * @implSpec The default implementation returns false.
   */
  default boolean skip(int rows, UniformRandomProvider random) {
    return false;
  }

  /** Writes the most probable actions to {@code actions}, {@code [B, A]}. */
  void mode(float[] outputs, int rows, float[] actions);

  /**
   * Computes log probabilities and entropies.
   *
   * @param actions the actions, {@code [B, A]}
   * @param logProbs receives log pi(a|s), {@code [B]}
   * @param entropies receives the entropies, {@code [B]}
   */
  void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies);

  /**
   * Computes a loss's gradients with respect to the outputs and log standard deviations, for the
   * arguments of the last {@link #evaluate}.
   *
   * @param logProbGradients the loss's derivative with respect to each log probability, {@code [B]}
   * @param entropyGradient the loss's derivative with respect to each entropy, the same for all
   *     rows
   * @param outputGradients receives the derivatives with respect to the outputs, {@code [B, D]}
   * @param gradients the network's flat gradients; only the part of the log standard deviations is
   *     overwritten
   */
  void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients);

  /**
   * Computes KL(old, new) in closed form; new is the distribution of the last {@link #evaluate}.
   *
   * @param oldOutputs the actor's outputs for the same rows under the old policy, {@code [B, D]}
   * @param oldLogStds the old policy's log standard deviations; not read if they are not parameters
   * @param divergences receives the divergences, {@code [B]}
   * @throws UnsupportedOperationException if it does not have them, which {@code ppo-penalty} and
   *     {@code trpo} need
   */
  void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences);

  /**
   * Adds the derivatives of {@code weight} times the sum of the divergences that {@link #kl}
   * computes, for the same arguments.
   *
   * @param outputGradients the derivatives with respect to the outputs, {@code [B, D]}, added to
   * @param gradients the network's flat gradients; only the part of the log standard deviations is
   *     added to
   * @throws UnsupportedOperationException if it does not have them
   */
  void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients);

  /**
   * Multiplies a direction by the Fisher information of the outputs and log standard deviations,
   * which is the second derivative of the mean over rows of KL(fixed, new) where both are the
   * distribution of the last {@link #evaluate}.
   *
   * @param tangents the direction of the outputs, {@code [B, D]}; overwritten by the product
   * @param parameterTangents the direction of the flat parameters; only the part of the log
   *     standard deviations is read
   * @param products flat; receives the product in the part of the log standard deviations
   * @throws UnsupportedOperationException if it does not have it, which {@code trpo} needs
   */
  void fisherProduct(float[] tangents, float[] parameterTangents, float[] products);
}
