package org.ppo4j.agent;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Causes;
import org.ppo4j.agent.rollout.CollectThenLearn;
import org.ppo4j.agent.rollout.CollectWhileLearning;
import org.ppo4j.agent.rollout.Collector;
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
import org.ppo4j.env.AutoresetMode;
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
  private final long seed;
  private final RandomStream acting;
  private final RandomStream shuffling;
  private final RolloutSource source;
  private final AdvantageEstimator estimator;
  private final Learner learner;
  private final LearningRate learningRate;
  private final @Nullable NetworkFactory factory;
  private final @Nullable Reference reference;

  private long iteration;
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
    if (env.numEnvs() != config.collect().numEnvs()) {
      throw new IllegalArgumentException(
          "the environment has %d sub-environments, but numEnvs is %d"
              .formatted(env.numEnvs(), config.collect().numEnvs()));
    }
    if (env.autoresetMode() != AutoresetMode.SAME_STEP) {
      throw new IllegalArgumentException(
          "PPO needs an environment with autoreset SAME_STEP, but it has " + env.autoresetMode());
    }
    requireFit(network, PolicyNetwork.spec(env.spec(), algorithm, config, parts.factory()));
    this.algorithm = algorithm;
    this.config = config;
    this.network = network;
    factory = parts.factory();
    this.seed = seed;
    acting = new RandomStream(seed, Purpose.ACTING);
    shuffling = new RandomStream(seed, Purpose.SHUFFLING);
    PolicyNetwork.initialize(
        network, env.spec(), config, new RandomStream(seed, Purpose.INITIALIZATION).generator());
    reference = parts.reference();
    if (reference != null) {
      load(reference.state());
    }
    ActionDistribution distribution = distribution(env);
    estimator =
        parts.estimator() != null
            ? AdvantageEstimator.normalized(
                config.advantage(), parts.estimator(), valueNormalizer())
            : AdvantageEstimator.of(
                algorithm, config.advantage(), network, distribution(env), valueNormalizer());
    learningRate = new LearningRate(config.optimizer(), config.numIterations());
    learner =
        Learners.of(
            algorithm,
            parts,
            config,
            network,
            distribution,
            estimator,
            shuffling.generator(),
            this::requireNotCancelled);
    if (algorithm == Algorithm.APPO && config.collect().maxLag() > 0) {
      ActorCritic actor = another.get();
      Collector collector = collector(env, actor, distribution(env));
      source = new CollectWhileLearning(collector, network, actor, rollout(env), rollout(env));
    } else {
      source = new CollectThenLearn(collector(env, network, distribution), rollout(env));
    }
  }

  private static void requireFit(ActorCritic network, NetworkShape needed) {
    if (network.isClosed()) {
      throw new IllegalArgumentException("the networks are closed; make new ones");
    }
    NetworkShape shape = network.shape();
    if (shape.inputs() != needed.inputs()
        || shape.policyOutputs() != needed.policyOutputs()
        || shape.logStdSize() != needed.logStdSize()) {
      throw new IllegalArgumentException(
          "the networks have %d inputs, %d policy outputs and %d log standard deviations, but the environment needs %d, %d and %d; make networks of PolicyNetwork.spec"
              .formatted(
                  shape.inputs(),
                  shape.policyOutputs(),
                  shape.logStdSize(),
                  needed.inputs(),
                  needed.policyOutputs(),
                  needed.logStdSize()));
    }
  }

  private ActionDistribution distribution(VectorEnv env) {
    return ActionDistribution.of(
        env.spec().actionSpace(), config.action(), network.shape(), factory);
  }

  private Collector collector(VectorEnv env, ActorCritic actor, ActionDistribution distribution) {
    return new Collector(
        env,
        actor,
        distribution,
        config.action(),
        config.normalize(),
        config.advantage().gamma(),
        acting.generator(),
        reference,
        algorithm == Algorithm.GRPO ? config.advantage().groupSize() : 0,
        this::requireNotCancelled);
  }

  private @Nullable ValueNormalizer valueNormalizer() {
    if (!config.critic().normValueTargets()) {
      return null;
    }
    ValueNormalizer normalizer = new ValueNormalizer();
    if (reference != null) {
      normalizer.start(reference.state());
    }
    return normalizer;
  }

  private Rollout rollout(VectorEnv env) {
    return new Rollout(
        config.collect().numSteps(),
        config.collect().numEnvs(),
        network.shape().inputs(),
        distribution(env).actionSize(),
        learner.needsPolicyOutputs() ? network.shape().policyOutputs() : 0,
        network.shape().logStdSize(),
        config.critic().normValueTargets(),
        config.critic().recomputeAdvantages(),
        algorithm == Algorithm.GRPO);
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
    if (!source.isRunning()) {
      source.reset(iteration == 0 ? seed : Seeds.ofStep(seed, globalStep()));
    }
    while (iteration < config.numIterations() && !stopped) {
      boolean isLast = iteration + 1 == config.numIterations();
      Rollout rollout = source.next(globalStep(), isLast, listener::episode);
      if (rollout.finding != null) {
        listener.hinted(
            new Hint(
                Sign.OBSERVATION_OUT_OF_BOUNDS,
                globalStep() + config.batchSize(),
                rollout.finding + "; correct the bounds or clip in the environment",
                List.of()));
      }
      estimator.estimate(rollout);
      Metrics metrics = learn(rollout);
      if (reference != null) {
        metrics.put("losses/reference_kl", rollout.referenceKl);
      }
      if (algorithm == Algorithm.APPO) {
        metrics.put("charts/lag", source.lag());
      }
      iteration++;
      listener.iteration(new Iteration(iteration, globalStep(), metrics));
    }
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
