package org.ppo4j.agent.actor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.MaskedActorCritic;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds.Purpose;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.VectorEnv;

/**
 * Collects one slice of each rollout, with the parameters that the learner sends. It keeps its
 * episodes from one order to the next; an actor that did not collect the last one takes over what
 * the order has: the state of the environments if they are resumable, or a seed for new episodes.
 * Confined to one thread.
 */
public final class RolloutActor implements AutoCloseable {
  private final ActorTask task;
  private final TappedEnv env;
  private final ActorCritic network;
  private final ActionDistribution drawn;
  private final SlicedDistribution distribution;
  private final Collector collector;
  private final boolean sharesStatistics;
  private @Nullable Rollout rollout;

  /** The number of the last order that was carried out; -1 for none. */
  private long done = -1;

  /**
   * Creates an actor.
   *
   * @param env the sub-environments of the task's slice; closed by this actor
   * @throws IllegalArgumentException if they cannot be trained on
   */
  public RolloutActor(ActorTask task, VectorEnv env) {
    this.task = task;
    this.env = TappedEnv.of(env);
    RunConfig run = task.run();
    PpoConfig config = run.hyperparameters();
    String factoryName = run.network();
    NetworkFactory factory = factoryName == null ? null : ActorCritics.factory(factoryName);
    NetworkSpec spec = PolicyNetwork.spec(env.spec(), run.algorithm(), config, factory);
    network =
        MaskedActorCritic.of(
            ActorCritics.create(run.engine(), factory, spec, 1), env.spec(), config.action());
    drawn =
        ActionDistribution.of(env.spec().actionSpace(), config.action(), network.shape(), factory);
    RandomStream stream = new RandomStream(0, Purpose.ACTING);
    distribution = new SlicedDistribution(drawn, stream);
    NormalizeConfig normalize = config.normalize();
    sharesStatistics =
        ObservationNormalizer.shares(env.spec().observationSpace(), spec.images(), normalize);
    collector =
        new Collector(
            this.env,
            network,
            distribution,
            config.action(),
            normalize.withRawRewards(),
            config.advantage().gamma(),
            stream.generator(),
            null,
            0,
            () -> {});
  }

  /**
   * Carries out an order of {@link RemoteRollouts}.
   *
   * @param common what all actors received for this collection
   * @param order what this actor received
   * @return the part of the rollout, and the state after it
   */
  public TrainingState collect(TrainingState common, TrainingState order) {
    Order head = Order.of(order);
    float[] parameters = common.floats(Order.PARAMETERS, network.parameters().length);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    boolean isReset = prepare(head, common, order);
    done = -1; // until it is carried out, nothing can follow it
    distribution.start(order.bytes(Order.NOISES), order.bytes(Order.SAMPLES));
    Rollout part = rollout(head.keepsOutputs());
    env.start(part.numSteps());
    List<Episode> episodes = new ArrayList<>();
    collector.collect(part, 0, episodes::add);
    done = head.number();
    return reply(part, episodes, isReset);
  }

  /**
   * Makes the episodes those that the order follows; returns whether they are new ones although the
   * order did not demand it.
   */
  private boolean prepare(Order head, TrainingState common, TrainingState order) {
    boolean continues = done + 1 == head.number() && !head.resets();
    boolean restored = false;
    if (!continues && order.has(Order.STATE + "rewards/returns")) {
      TrainingState state = order.below(Order.STATE);
      collector.restore(state);
      restored = state.has("environment/state") && !head.resets();
    }
    if (sharesStatistics) {
      collector.observations().restore(common);
    }
    if (!continues && !restored) {
      collector.reset(head.seed() + task.slice().first());
    }
    return !continues && !restored && !head.resets();
  }

  private Rollout rollout(boolean keepsOutputs) {
    Rollout kept = rollout;
    if (kept == null) {
      kept = rollout(task.run().hyperparameters(), env.numEnvs(), network, drawn, keepsOutputs);
      rollout = kept;
    }
    return kept;
  }

  static Rollout rollout(
      PpoConfig config,
      int numEnvs,
      ActorCritic network,
      ActionDistribution distribution,
      boolean keepsOutputs) {
    return Rollout.builder(
            config.collect().numSteps(), numEnvs, network.rowSize(), distribution.actionSize())
        .policyOutputs(
            keepsOutputs ? network.shape().policyOutputs() : 0, network.shape().logStdSize())
        .keepsNextObservations(config.critic().recomputeAdvantages())
        .images(network.shape().images())
        .stateSize(network.shape().stateSize())
        .build();
  }

  private TrainingState reply(Rollout part, List<Episode> episodes, boolean isReset) {
    TrainingState reply = new TrainingState();
    part.save(reply, Order.ROLLOUT);
    reply.put(Order.REWARDS, env.rewards());
    reply.put(Order.EPISODES, episodes(episodes, env.numEnvs()));
    reply.put(Order.COUNTERS, new long[] {env.restarts(), isReset ? 1 : 0});
    put(reply, Order.FINDING, part.finding);
    put(reply, Order.WIDENING, part.widening);
    collector.observations().saveRollout(reply);
    TrainingState state = new TrainingState();
    collector.save(state);
    reply.put(Order.STATE, state);
    return reply;
  }

  private static void put(TrainingState reply, String name, @Nullable String text) {
    if (text != null) {
      reply.put(name, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns step, sub-environment, return and length of each episode. */
  private static double[] episodes(List<Episode> episodes, int numEnvs) {
    double[] numbers = new double[4 * episodes.size()];
    for (int i = 0; i < episodes.size(); i++) {
      Episode each = episodes.get(i);
      numbers[4 * i] = (double) (each.globalStep() / numEnvs - 1);
      numbers[4 * i + 1] = each.env();
      numbers[4 * i + 2] = each.episodicReturn();
      numbers[4 * i + 3] = each.length();
    }
    return numbers;
  }

  /** Closes the environments and the networks. */
  @Override
  public void close() {
    try (network) {
      env.close();
    }
  }
}
