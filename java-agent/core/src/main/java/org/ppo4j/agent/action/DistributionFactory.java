package org.ppo4j.agent.action;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.env.Space;

/**
 * Makes a program's own distribution of actions, instead of that of the configuration, and networks
 * for it. A checkpoint records the name of the class, as of every {@link NetworkFactory}; {@code
 * org.ppo4j.policy.Policy} cannot run it.
 */
public interface DistributionFactory extends NetworkFactory {

  /** Returns D, the number of outputs that the actor needs for actions of {@code space}. */
  int outputs(Space space);

  /** Returns the number of parameters of the distribution that do not depend on the state. */
  default int logStdSize(Space space) {
    return 0;
  }

  /**
   * Returns a distribution that no other part uses.
   *
   * @param space the space of actions, A numbers
   * @param shape the networks, which have {@link #outputs} policy outputs; the parameters of the
   *     distribution start at their {@code logStdOffset}
   */
  ActionDistribution distribution(Space space, NetworkShape shape);

  /** Creates networks; by default MLPs of the configuration's hidden layers. */
  @Override
  default ActorCritic create(NetworkSpec spec, int threads) {
    return new SimdActorCritic(spec, threads);
  }
}
