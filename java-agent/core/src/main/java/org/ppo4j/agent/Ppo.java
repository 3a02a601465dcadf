package org.ppo4j.agent;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Causes;
import org.ppo4j.agent.rollout.Reference;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.rollout.RolloutSource;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Seeds.Purpose;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.agent.update.LearningRate;
import org.ppo4j.env.VectorEnv;

/**
 * Proximal policy optimisation (Schulman et al. 2017), in the form of CleanRL's {@code ppo.py} and
 * {@code ppo_continuous_action.py}: collect, estimate advantages, learn. Its relatives exchange the
 * estimator, the loss or the learner ({@link Algorithm}).
 *
 * <p>The same seed gives the same training. An instance trains on the thread that calls {@link
 * #train}; only {@link #stop} may be called from another.
 */
public final class Ppo implements Stateful, AutoCloseable {
  private final Algorithm algorithm;
  private final PpoConfig config;
  private final ActorCritic network;
  private final VectorEnv env;
  private final long seed;
  private final RandomStream acting;
  private final RandomStream shuffling;
  private final RolloutSource source;
  private final AdvantageEstimator estimator;
  private final Learner learner;
  private final LearningRate learningRate;
  private final @Nullable Reference reference;

  private long iteration;

  /** The episodes that were cut off because the environments were lent. */
  private long cutEpisodes;

  private volatile boolean stopped;
  private volatile boolean cancelled;

  /**
   * Prepares a training from scratch.
   *
   * @param env the environment, with {@code config.numEnvs()} sub-environments; closed by the
   *     caller
   * @param algorithm the algorithm
   * @param config its hyperparameters
   * @param network networks of the shape that {@link PolicyNetwork#spec} returns; initialised here,
   *     closed by the caller
   * @param seed the seed of all random numbers; sub-environment i is seeded with {@code seed + i}
   * @throws IllegalArgumentException if the networks are closed or of another shape, or the
   *     environment has another number of sub-environments or another autoreset
   */
  public Ppo(VectorEnv env, Algorithm algorithm, PpoConfig config, ActorCritic network, long seed) {
    this(
        env,
        algorithm,
        Parts.NONE,
        config,
        network,
        () -> {
          throw new IllegalArgumentException("appo makes second networks; use Training");
        },
        seed);
  }

  Ppo(
      VectorEnv env,
      Algorithm algorithm,
      Parts parts,
      PpoConfig config,
      ActorCritic network,
      Supplier<ActorCritic> another,
      long seed) {
    Assembly assembly =
        new Assembly(env, algorithm, parts, config, network, this::requireNotCancelled);
    this.algorithm = algorithm;
    this.config = config;
    this.network = network;
    this.env = env;
    this.seed = seed;
    acting = new RandomStream(seed, Purpose.ACTING);
    shuffling = new RandomStream(seed, Purpose.SHUFFLING);
    PolicyNetwork.initialize(
        network, env.spec(), config, new RandomStream(seed, Purpose.INITIALIZATION).generator());
    reference = parts.reference();
    if (reference != null) {
      load(reference.state());
    }
    estimator = assembly.estimator();
    learner = assembly.learner(estimator, shuffling.generator());
    learningRate = new LearningRate(config.optimizer(), config.numIterations());
    source = assembly.source(learner, acting, another);
  }

  /**
   * Trains until all timesteps are taken or {@link #stop} is called.
   *
   * @throws IllegalStateException if the networks are closed
   */
  public void train(TrainingListener listener) {
    if (network.isClosed()) {
      throw new IllegalStateException("the networks are closed; make a new training");
    }
    while (iteration < config.numIterations() && !stopped) {
      if (!source.isRunning()) {
        source.reset(iteration == 0 ? seed : Seeds.ofStep(seed, globalStep()));
      }
      boolean isLast = iteration + 1 == config.numIterations();
      Rollout rollout = source.next(globalStep(), isLast, listener::episode);
      if (rollout.finding != null) {
        listener.hinted(outOfBounds(rollout.finding));
      }
      if (rollout.widening != null) {
        listener.hinted(widened(rollout.widening));
      }
      estimator.estimate(rollout);
      Metrics metrics = learn(rollout);
      if (reference != null) {
        metrics.put("losses/reference_kl", rollout.referenceKl);
      }
      if (algorithm == Algorithm.APPO) {
        metrics.put("charts/lag", source.lag());
      }
      if (env.restarts() > 0) {
        metrics.put("charts/worker_restarts", (double) env.restarts());
      }
      if (cutEpisodes > 0) {
        metrics.put("charts/cut_episodes", (double) cutEpisodes);
      }
      source.report(metrics);
      iteration++;
      listener.iteration(new Iteration(iteration, globalStep(), metrics));
    }
  }

  /**
   * Lends the environments between two iterations; their episodes are cut off.
   *
   * @throws IllegalStateException if they are stepped while the networks learn
   */
  <R> R lend(Function<VectorEnv, R> action) {
    cutEpisodes += source.cutEpisodes();
    return action.apply(env);
  }

  private Hint outOfBounds(String finding) {
    return new Hint(
        Sign.OBSERVATION_OUT_OF_BOUNDS,
        globalStep() + config.batchSize(),
        finding + "; correct the bounds or clip in the environment",
        List.of());
  }

  private Hint widened(String finding) {
    return new Hint(
        Sign.OBSERVATION_SPIKE,
        globalStep() + config.batchSize(),
        finding + "; clip such numbers in the environment",
        List.of());
  }

  private Metrics learn(Rollout rollout) {
    try {
      Metrics metrics =
          learner.learn(rollout, learningRate.at(iteration), clipCoef(config, iteration));
      learningRate.update(metrics.get("losses/approx_kl"));
      return metrics;
    } catch (NonFiniteException e) {
      throw Causes.explained(e, rollout, network)
          .at("step %d".formatted(globalStep() + config.batchSize()));
    }
  }

  /**
   * Makes {@link #train} throw {@link CancelledException} at the next step of the environment or of
   * the optimiser. The iteration is lost: what {@link #save} gives then is undefined.
   */
  void cancel() {
    cancelled = true;
  }

  private void requireNotCancelled() {
    if (cancelled) {
      throw new CancelledException();
    }
  }

  /** Has {@code observer} receive each minibatch of the policy's loss. */
  void observe(LossObserver observer) {
    learner.observe(observer);
  }

  /** Makes {@link #train} return at the end of the current update. */
  public void stop() {
    stopped = true;
  }

  /** Returns the environment steps learnt from so far, over all sub-environments. */
  public long globalStep() {
    return iteration * config.batchSize();
  }

  /** Ends what still runs; the environment and the networks that were passed stay open. */
  @Override
  public void close() {
    source.close();
    if (reference != null) {
      reference.close();
    }
  }

  @Override
  public void save(TrainingState state) {
    source.save(state); // first, because it waits for a collection, which draws from acting
    state.put("network/parameters", network.parameters());
    acting.save(state);
    shuffling.save(state);
    state.put("counters/iteration", new long[] {iteration});
    estimator.save(state);
    learner.save(state);
    learningRate.save(state);
    if (reference != null) {
      reference.save(state);
    }
  }

  /**
   * Continues from what {@link #save} put into {@code state}. If the environment is {@link
   * org.ppo4j.env.Resumable}, training continues as if it had never stopped; any other environment
   * starts new episodes, with a seed derived from the training's seed and the step.
   *
   * @throws IllegalArgumentException if {@code state} was not saved by a training of the same shape
   */
  @Override
  public void restore(TrainingState state) {
    load(state);
    acting.restore(state);
    shuffling.restore(state);
    iteration = state.longs("counters/iteration", 1)[0];
    source.restore(state);
    estimator.restore(state);
    learner.restore(state);
    learningRate.restore(state);
  }

  /**
   * Returns the clip range of an iteration, which falls linearly if so configured (clip-range
   * annealing, an auxiliary detail).
   */
  static double clipCoef(PpoConfig config, long iteration) {
    return config.loss().annealClipCoef()
        ? remaining(config, iteration) * config.loss().clipCoef()
        : config.loss().clipCoef();
  }

  private static double remaining(PpoConfig config, long iteration) {
    return 1 - (double) iteration / config.numIterations();
  }

  private void load(TrainingState state) {
    float[] parameters = state.floats("network/parameters");
    FiniteChecks.requireParameters(
        parameters, index -> "checkpoint's " + network.shape().describe(index));
    if (parameters.length != network.parameters().length) {
      throw new IllegalArgumentException(
          "the checkpoint has %d parameters, but the network has %d"
              .formatted(parameters.length, network.parameters().length));
    }
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
  }
}
