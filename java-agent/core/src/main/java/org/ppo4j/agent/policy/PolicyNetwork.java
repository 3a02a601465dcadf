package org.ppo4j.agent.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.network.Recurrence;
import org.ppo4j.agent.network.UniformInit;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** The shape of networks for an environment, and their initial parameters. */
public final class PolicyNetwork {
  private PolicyNetwork() {}

  /** Returns the shape of PPO's networks for {@code env} and {@code config}. */
  public static NetworkSpec spec(EnvSpec env, PpoConfig config) {
    return spec(env, Algorithm.PPO, config, null);
  }

  /**
   * Returns the shape of the networks of {@code algorithm} that a factory makes.
   *
   * @param factory the factory, whose distribution decides on the outputs if it is a {@link
   *     DistributionFactory}; null for MLPs of an engine
   */
  public static NetworkSpec spec(
      EnvSpec env, Algorithm algorithm, PpoConfig config, @Nullable NetworkFactory factory) {
    List<ImageInput> images =
        factory != null && config.network().cnn().kind() == Cnn.Kind.AUTO
            ? List.of()
            : ImageInput.all(env.observationSpace(), config.network().cnn());
    int features = ObservationNormalizer.features(env.observationSpace(), images);
    List<Integer> hidden = config.network().hiddenSizes();
    List<Integer> criticHidden = config.critic().criticHiddenSizes();
    int actorFeatures = NetworkSpec.features(features, images) - env.criticOnly();
    int latents = NetworkSpec.latents(actorFeatures, hidden, config.network().recurrence());
    Space actions = env.actionSpace();
    DistributionFactory own = factory instanceof DistributionFactory given ? given : null;
    return new NetworkSpec(
        features,
        hidden,
        config.network().activation(),
        own != null
            ? own.outputs(actions)
            : ActionDistribution.outputs(actions, config.action(), latents),
        own != null
            ? own.logStdSize(actions)
            : ActionDistribution.logStdSize(actions, config.action(), latents),
        config.network().sharedTrunk(),
        actions instanceof Space.Box && config.action().actionHead() == ActionHead.GSDE,
        criticHidden.isEmpty() ? hidden : criticHidden,
        algorithm == Algorithm.PPG,
        images,
        config.network().recurrence(),
        env.criticOnly());
  }

  /** Returns the space of what an actor sees: observations without what critics alone see. */
  public static Space actorSpace(EnvSpec env) {
    Space space = env.observationSpace();
    if (env.criticOnly() == 0) {
      return space;
    }
    List<Space> leaves = new ArrayList<>(space.leaves());
    Space.Box last = (Space.Box) leaves.removeLast();
    int size = last.size() - env.criticOnly();
    if (size > 0) {
      leaves.add(
          new Space.Box(
              Arrays.copyOf(last.low(), size),
              Arrays.copyOf(last.high(), size),
              new int[] {size},
              last.dtype()));
    }
    return leaves.size() == 1 ? leaves.getFirst() : new Space.Tuple(leaves);
  }

  /**
   * Requires that a checkpoint has as many parameters as an engine's MLPs of {@code spec}, before
   * these are made; what a factory makes is checked afterwards.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void requireParameters(
      TrainingState state, NetworkSpec spec, @Nullable NetworkFactory factory) {
    int parameters = state.floats("network/parameters").length;
    if (factory == null && parameters != spec.parameterCount()) {
      throw new IllegalArgumentException(
          "the checkpoint has %d parameters, but the network it describes has %d"
              .formatted(parameters, spec.parameterCount()));
    }
  }

  /**
   * Initialises networks of the shape that {@link #spec} returns. Where log standard deviations are
   * outputs of the actor, their biases start as {@code logStdInit}; the gates of recurrent layers
   * that keep what is remembered start with the bias {@code forgetBias}, and those of an LSTM that
   * add to it with its negative, so that it does not pile up (Tallec and Ollivier 2018); a GRU has
   * one gate for both.
   *
   * @throws InvalidHyperparameterException if those are outputs of networks that are not MLPs, and
   *     {@code logStdInit} is not 0
   */
  public static void initialize(
      ActorCritic network, EnvSpec env, PpoConfig config, UniformRandomProvider random) {
    double logStd = config.network().logStdInit();
    if (config.network().orthoInit()) {
      OrthogonalInit.initialize(network, config.network().policyGain(), logStd, random);
    } else {
      UniformInit.initialize(network, logStd, random);
    }
    float forgetBias = (float) config.network().forgetBias();
    if (forgetBias != 0 && network.shape() instanceof NetworkSpec spec) {
      boolean isLstm = spec.recurrence().kind() == Recurrence.Kind.LSTM;
      for (int at : spec.forgetBiases()) {
        network.parameters()[at] = forgetBias;
        if (isLstm) {
          network.parameters()[at - spec.recurrence().units()] = -forgetBias;
        }
      }
      network.parametersChanged();
    }
    if (env.actionSpace().hasBox()
        && config.action().actionHead() == ActionHead.STATE_DEPENDENT_GAUSSIAN) {
      if (network.shape() instanceof NetworkSpec spec) {
        int at = spec.actorLayers().getLast().biases();
        for (Space leaf : env.actionSpace().leaves()) {
          int outputs = ActionDistribution.outputs(leaf, config.action(), 0);
          if (leaf instanceof Space.Box) {
            Arrays.fill(network.parameters(), at + leaf.size(), at + outputs, (float) logStd);
          }
          at += outputs;
        }
        network.parametersChanged();
      } else if (logStd != 0) {
        throw new InvalidHyperparameterException(
            "logStdInit %s has no effect on actionHead STATE_DEPENDENT_GAUSSIAN with networks that are not MLPs; initialise their outputs in the network, and set it to 0"
                .formatted(logStd),
            "logStdInit",
            "actionHead");
      }
    }
  }
}
