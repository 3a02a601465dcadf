package org.ppo4j.agent.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.rollout.RolloutSource;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has actors collect each rollout, all with the same parameters, and puts their parts together in
 * the actors' order. On environments that are resumable the rollouts are those of one process, byte
 * for byte, also if actors are lost: an order for a lost one is given again, with the state that
 * its part had. Other environments start new episodes then; the transition before is bootstrapped
 * from the value of the observation at which the episode was cut off.
 *
 * <p>It collects when it is asked, or one rollout ahead, while the learner learns.
 */
public final class RemoteRollouts implements RolloutSource {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteRollouts.class);
  private static final String PENDING = "pending/";
  private static final String BOUNDS = "actors/bounds";
  private static final long LOOK_MILLIS = 50;

  private final Actors actors;
  private final List<Slice> slices;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final PpoConfig config;
  private final RandomStream acting;
  private final boolean keepsOutputs;
  private final boolean ahead;
  private final int maxLosses;
  private final Runnable beforeStep;
  private final RolloutJoin join;
  private final Rollout[] rollouts;

  /** The state that each slice had after its last part; null before the first. */
  private final @Nullable TrainingState[] states;

  private boolean running;
  private long resetSeed;
  private boolean resets;
  private long number;
  private long losses;
  private long newEpisodes;
  private int lag;
  private double collectMillis;
  private int next;
  private @Nullable Collection pending;

  /** A collection in progress, or one that is complete. */
  private static final class Collection {
    private final long number;
    private final long firstStep;
    private final long started = System.nanoTime();
    private final List<TrainingState> orders = new ArrayList<>();
    private final List<CompletableFuture<TrainingState>> replies = new ArrayList<>();
    private List<Episode> episodes = List.of();
    private boolean joined;

    Collection(long number, long firstStep) {
      this.number = number;
      this.firstStep = firstStep;
    }
  }

  /**
   * What a source is made from.
   *
   * @param actors the way to the actors; closed by the source
   * @param slices what each of them steps
   * @param maxLosses how many actors may be lost before the training ends
   */
  public record Group(Actors actors, List<Slice> slices, int maxLosses) {
    public Group {
      slices = List.copyOf(slices);
    }
  }

  /**
   * Creates the source.
   *
   * @param env the environment that the actors step
   * @param network the networks that learn; read only while {@link #next} runs
   * @param distribution the distribution of the actions, used only to skip random numbers
   * @param acting the stream of the actions
   * @param keepsOutputs whether the learner needs the actor's outputs
   * @param ahead whether a rollout is collected while the learner learns from the one before
   * @param rollouts makes rollouts to fill
   * @param beforeStep called while actors are awaited; what it throws ends the collection
   */
  public RemoteRollouts(
      Group group,
      EnvSpec env,
      PpoConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      RandomStream acting,
      boolean keepsOutputs,
      boolean ahead,
      Supplier<Rollout> rollouts,
      Runnable beforeStep) {
    actors = group.actors();
    slices = group.slices();
    maxLosses = group.maxLosses();
    this.config = config;
    this.network = network;
    this.distribution = distribution;
    this.acting = acting;
    this.keepsOutputs = keepsOutputs;
    this.ahead = ahead;
    this.beforeStep = beforeStep;
    this.rollouts =
        ahead ? new Rollout[] {rollouts.get(), rollouts.get()} : new Rollout[] {rollouts.get()};
    states = new TrainingState[slices.size()];
    join = new RolloutJoin(env, config, network, distribution, keepsOutputs);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void reset(long seed) {
    resetSeed = seed;
    resets = true;
    join.reset();
    running = true;
  }

  @Override
  public Rollout next(long firstStep, boolean isLast, Consumer<Episode> episodes) {
    Collection collection = pending;
    lag = collection == null ? 0 : 1;
    if (collection == null) {
      collection = start(firstStep);
    }
    complete(collection);
    pending = null;
    Rollout rollout = rollouts[next];
    rollout.lag = lag;
    collection.episodes.forEach(episodes);
    next = (next + 1) % rollouts.length;
    if (ahead && !isLast) {
      pending = start(firstStep + rollout.rows());
    }
    return rollout;
  }

  /** Sends out the orders of a rollout. */
  private Collection start(long firstStep) {
    number++;
    TrainingState common = new TrainingState();
    common.put(Order.PARAMETERS, network.parameters());
    join.saveStatistics(common);
    actors.publish(number, common);
    DrawPositions positions =
        DrawPositions.of(
            distribution,
            slices,
            config.collect().numSteps(),
            config.action().sdeSampleFreq(),
            acting);
    Collection collection = new Collection(number, firstStep);
    for (int k = 0; k < slices.size(); k++) {
      TrainingState order = new TrainingState();
      order.put(Order.NOISES, positions.noises(k));
      order.put(Order.SAMPLES, positions.samples(k));
      TrainingState state = states[k];
      if (state != null) {
        order.put(Order.STATE, state);
      }
      long seed = resets ? resetSeed : Seeds.ofStep(resetSeed, losses + number);
      new Order(number, seed, resets, keepsOutputs).putInto(order);
      collection.orders.add(order);
      collection.replies.add(actors.collect(k, number, order));
    }
    resets = false;
    return collection;
  }

  /** Awaits all parts of a rollout and puts them together. */
  private void complete(Collection collection) {
    if (collection.joined) {
      return;
    }
    List<TrainingState> parts = new ArrayList<>();
    for (int k = 0; k < slices.size(); k++) {
      parts.add(await(collection, k));
    }
    Rollout rollout = rollouts[next];
    collection.episodes = join.join(slices, parts, rollout, collection.firstStep);
    for (int k = 0; k < slices.size(); k++) {
      states[k] = parts.get(k).below(Order.STATE);
    }
    newEpisodes += join.takeCuts();
    collectMillis = (System.nanoTime() - collection.started) / 1e6;
    collection.joined = true;
  }

  private TrainingState await(Collection collection, int k) {
    while (true) {
      beforeStep.run();
      try {
        return collection.replies.get(k).get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // look whether to stop, and wait again
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a rollout was collected", e);
      } catch (ExecutionException e) {
        lost(e.getCause());
        collection.replies.set(k, actors.collect(k, collection.number, collection.orders.get(k)));
      }
    }
  }

  /** Counts a lost actor; throws what ends the training. */
  private void lost(@Nullable Throwable cause) {
    if (!(cause instanceof ActorLostException lost)) {
      if (cause instanceof RuntimeException exception) {
        throw exception;
      }
      throw new IllegalStateException(cause);
    }
    losses++;
    if (losses > maxLosses) {
      throw new EnvException(
          "%s; %d actors were replaced before, and no more than %d are: look at why they end, or allow more with --max-actor-losses"
              .formatted(lost.getMessage(), losses - 1, maxLosses),
          lost);
    }
    LOG.warn("{}; another one takes over ({} of {})", lost.getMessage(), losses, maxLosses);
  }

  @Override
  public int cutEpisodes() {
    throw new IllegalStateException(
        "environments that actors step cannot be used for something else");
  }

  @Override
  public int lag() {
    return lag;
  }

  @Override
  public void report(Metrics metrics) {
    actors.figures().forEach(metrics::put);
    metrics.put("charts/actor_collect_ms", collectMillis);
    if (losses > 0) {
      metrics.put("charts/actor_losses", (double) losses);
    }
    if (newEpisodes > 0) {
      metrics.put("charts/actor_cuts", (double) newEpisodes);
    }
    if (join.restarts() > 0) {
      metrics.put("charts/worker_restarts", (double) join.restarts());
    }
  }

  /**
   * Waits for the rollout in progress, and saves it and the state of each slice. If it failed,
   * {@link #next} throws.
   */
  @Override
  public void save(TrainingState state) {
    Collection collection = pending;
    if (collection != null) {
      try {
        complete(collection);
      } catch (RuntimeException e) {
        LOG.debug("a rollout in progress is not saved", e);
      }
    }
    join.save(state);
    int actorCount = slices.size();
    long[] bounds = new long[actorCount + 1];
    for (int k = 0; k < actorCount; k++) {
      bounds[k + 1] = bounds[k] + slices.get(k).count();
      TrainingState part = states[k];
      if (part != null && running) {
        state.put("actors/%d/".formatted(k), part);
      }
    }
    state.put(BOUNDS, bounds);
    if (ahead) {
      savePending(state, collection);
    }
  }

  private void savePending(TrainingState state, @Nullable Collection collection) {
    boolean isCollected = collection != null && collection.joined;
    state.put(PENDING + "is_collected", new long[] {isCollected ? 1 : 0});
    rollouts[next].save(state, PENDING);
    state.put(
        PENDING + "episodes",
        (isCollected && collection != null ? collection.episodes : List.<Episode>of())
            .stream()
                .flatMapToDouble(
                    each ->
                        DoubleStream.of(
                            (double) each.globalStep(),
                            each.env(),
                            each.episodicReturn(),
                            each.length()))
                .toArray());
  }

  /**
   * Restores what {@link #save} saved. Episodes continue if there are as many actors as before, and
   * the environment is resumable.
   */
  @Override
  public void restore(TrainingState state) {
    join.restore(state);
    if (ahead
        && state.has(PENDING + "is_collected")
        && state.longs(PENDING + "is_collected")[0] == 1) {
      Collection collection = new Collection(0, 0);
      rollouts[next].restore(state, PENDING);
      collection.episodes = episodes(state.doubles(PENDING + "episodes"));
      collection.joined = true;
      pending = collection;
    }
    if (!state.has(BOUNDS) || state.longs(BOUNDS).length != slices.size() + 1) {
      for (int k = 0; k < slices.size(); k++) {
        states[k] = join.normalizers(slices.get(k));
      }
      return;
    }
    boolean continues = true;
    for (int k = 0; k < slices.size(); k++) {
      continues &= state.longs(BOUNDS)[k] == slices.get(k).first();
      TrainingState part = state.below("actors/%d/".formatted(k));
      continues &= part.has("environment/state");
      states[k] = part.arrays().isEmpty() ? null : part;
    }
    running = continues;
  }

  private static List<Episode> episodes(double[] numbers) {
    if (numbers.length % 4 != 0) {
      throw new IllegalArgumentException(
          "the checkpoint's array %sepisodes has %d elements, but an episode has 4"
              .formatted(PENDING, numbers.length));
    }
    List<Episode> episodes = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 4) {
      episodes.add(
          new Episode(
              (long) numbers[i], (int) numbers[i + 1], numbers[i + 2], (int) numbers[i + 3]));
    }
    return episodes;
  }

  /** Ends the actors. */
  @Override
  public void close() {
    actors.close();
  }
}
