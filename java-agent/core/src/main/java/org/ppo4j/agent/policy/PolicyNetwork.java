package org.ppo4j.agent.policy;

import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.env.EnvSpec;

/** The shape of networks for an environment. */
public final class PolicyNetwork {
  private PolicyNetwork() {}

  /** Returns the shape of the networks for {@code env} and {@code config}. */
  public static NetworkSpec spec(EnvSpec env, PpoConfig config) {
    return new NetworkSpec(
        new ObservationNormalizer(env.observationSpace(), config.normalize(), 1).features(),
        config.network().hiddenSizes(),
        config.network().activation(),
        ActionDistribution.outputs(env.actionSpace()),
        ActionDistribution.logStdSize(env.actionSpace()),
        config.network().sharedTrunk());
  }
}
