package org.ppo4j.agent.actor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.normalize.RewardNormalizer;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;

/**
 * Puts the parts of a rollout together as one process would have written it, and keeps the
 * normalisers that one process would have. Rewards, which decide on no action, are normalised here,
 * step by step over all sub-environments. Observations are normalised by the actors: with
 * statistics of each sub-environment, which only its actor needs, or with shared ones, which change
 * between rollouts and are merged here in the order of the sub-environments.
 */
final class RolloutJoin {
  private final PpoConfig config;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final boolean keepsOutputs;
  private final boolean shares;
  private final ObservationNormalizer observations;
  private final RewardNormalizer rewards;
  private final StepBatch batch;

  /** A part to decode into, by its number of sub-environments. */
  private final Map<Integer, Rollout> parts = new HashMap<>();

  private final Map<Integer, Long> restarts = new HashMap<>();
  private long cuts;

  RolloutJoin(
      EnvSpec env,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      boolean keepsOutputs) {
    this.config = config;
    this.network = network;
    this.distribution = distribution;
    this.keepsOutputs = keepsOutputs;
    NormalizeConfig normalize = config.normalize();
    List<ImageInput> images = network.shape().images();
    int n = config.collect().numEnvs();
    shares = ObservationNormalizer.shares(env.observationSpace(), images, normalize);
    observations = new ObservationNormalizer(env.observationSpace(), images, normalize, n);
    rewards = new RewardNormalizer(normalize, config.advantage().gamma(), n);
    batch = new StepBatch(n, 0);
  }

  /** Notes that new episodes start in all sub-environments. */
  void reset() {
    rewards.reset();
  }

  /** Saves the statistics that all actors act with, if they share them. */
  void saveStatistics(TrainingState common) {
    if (shares) {
      observations.save(common);
    }
  }

  /**
   * Puts parts together.
   *
   * @param replies what each actor returned
   * @param rollout receives everything but advantages and returns
   * @param firstStep environment steps taken before, over all environments
   * @return the episodes that ended, in the order of one process
   */
  List<Episode> join(
      List<Slice> slices, List<TrainingState> replies, Rollout rollout, long firstStep) {
    List<Episode> episodes = new ArrayList<>();
    double[] raw = new double[rollout.rows()];
    rollout.images.clear();
    rollout.finalImages.clear();
    rollout.interrupted.clear();
    rollout.finding = null;
    rollout.widening = null;
    rollout.referenceKl = Double.NaN;
    TrainingState perEnv = new TrainingState();
    for (int k = 0; k < slices.size(); k++) {
      Slice slice = slices.get(k);
      TrainingState reply = replies.get(k);
      Rollout part = part(slice.count());
      part.restore(reply, Order.ROLLOUT);
      rollout.put(part, slice.first());
      double[] partRewards = reply.doubles(Order.REWARDS, part.rows());
      for (int t = 0; t < rollout.numSteps(); t++) {
        System.arraycopy(
            partRewards, t * slice.count(), raw, t * slice.total() + slice.first(), slice.count());
      }
      part.interrupted.stream()
          .map(row -> row / slice.count() * slice.total() + slice.first() + row % slice.count())
          .forEach(rollout.interrupted::set);
      addEpisodes(reply, slice, firstStep, episodes);
      rollout.finding = first(rollout.finding, reply, Order.FINDING, k);
      rollout.widening = first(rollout.widening, reply, Order.WIDENING, k);
      count(k, slice, reply);
      if (shares) {
        observations.addRollout(reply, slice.count());
      } else {
        renumber(reply, slice, perEnv);
      }
    }
    if (!shares) {
      observations.restore(perEnv);
    }
    normalizeRewards(rollout, raw);
    rollout.bootstrapInterrupted();
    episodes.sort(Comparator.comparingLong(Episode::globalStep).thenComparingInt(Episode::env));
    return episodes;
  }

  private Rollout part(int numEnvs) {
    return parts.computeIfAbsent(
        numEnvs, n -> RolloutActor.rollout(config, n, network, distribution, keepsOutputs));
  }

  private static void addEpisodes(
      TrainingState reply, Slice slice, long firstStep, List<Episode> episodes) {
    double[] numbers = reply.doubles(Order.EPISODES);
    for (int i = 0; i < numbers.length; i += 4) {
      episodes.add(
          new Episode(
              firstStep + ((long) numbers[i] + 1) * slice.total(),
              slice.first() + (int) numbers[i + 1],
              numbers[i + 2],
              (int) numbers[i + 3]));
    }
  }

  private static @Nullable String first(
      @Nullable String kept, TrainingState reply, String name, int actor) {
    return kept != null || !reply.has(name)
        ? kept
        : "actor %d: %s".formatted(actor, new String(reply.bytes(name), StandardCharsets.UTF_8));
  }

  private void count(int actor, Slice slice, TrainingState reply) {
    long[] counters = reply.longs(Order.COUNTERS, 2);
    restarts.merge(actor, counters[0], Math::max);
    if (counters[1] == 1) {
      cuts++;
      for (int env = slice.first(); env < slice.first() + slice.count(); env++) {
        rewards.reset(env);
      }
    }
  }

  /** Copies statistics of a part's sub-environments under the numbers that they have in all. */
  private static void renumber(TrainingState reply, Slice slice, TrainingState all) {
    for (int env = 0; env < slice.count(); env++) {
      String from = "%sobservations/%d/".formatted(Order.STATE, env);
      all.put("observations/%d/".formatted(slice.first() + env), reply.below(from));
    }
  }

  /** Normalises rewards as one process does, whose step an interrupted row truncates. */
  private void normalizeRewards(Rollout rollout, double[] raw) {
    int n = rollout.numEnvs();
    for (int t = 0; t < rollout.numSteps(); t++) {
      System.arraycopy(raw, t * n, batch.rewards, 0, n);
      for (int env = 0; env < n; env++) {
        boolean isInterrupted = rollout.interrupted.get(t * n + env);
        batch.terminated[env] = rollout.terminated[t * n + env] && !isInterrupted;
        batch.truncated[env] = rollout.truncated[t * n + env] || isInterrupted;
      }
      rewards.step(batch, rollout.rewards, t * n);
    }
  }

  /**
   * Returns how often actors started new episodes since the last call, because others were lost.
   */
  long takeCuts() {
    long taken = cuts;
    cuts = 0;
    return taken;
  }

  /** Returns how often the actors' workers were replaced. */
  long restarts() {
    return restarts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns what an actor restores whose episodes start again: the normalisers of its
   * sub-environments; null if all actors share one.
   */
  @Nullable TrainingState normalizers(Slice slice) {
    if (shares) {
      return null;
    }
    TrainingState all = new TrainingState();
    observations.save(all);
    TrainingState part = new TrainingState();
    for (int env = 0; env < slice.count(); env++) {
      TrainingState each = all.below("observations/%d/".formatted(slice.first() + env));
      part.put("observations/%d/".formatted(env), each);
    }
    // Unused: rewards are normalised here.
    NormalizeConfig raw = config.normalize().withRawRewards();
    new RewardNormalizer(raw, config.advantage().gamma(), slice.count()).save(part);
    return part;
  }

  void save(TrainingState state) {
    observations.save(state);
    rewards.save(state);
  }

  void restore(TrainingState state) {
    observations.restore(state);
    rewards.restore(state);
  }
}
