package org.ppo4j.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.action.MaskedActorCritic;
import org.ppo4j.agent.actor.Actors;
import org.ppo4j.agent.actor.RemoteRollouts;
import org.ppo4j.agent.actor.UnsteppedEnv;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.config.SwitchedOff;
import org.ppo4j.agent.environment.Environments;
import org.ppo4j.agent.environment.Growable;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Reference;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/**
 * Describes a {@link Training}. Everything has a default; {@link #build} checks everything and
 * makes the environments and the networks.
 *
 * <p>What a checkpoint records cannot be changed in a continued training: methods say so with
 * {@link IllegalStateException}.
 */
public final class TrainingBuilder {
  private static final Space VECTOR = Space.Box.of(-1, 1, 1, DType.FLOAT32);

  private final @Nullable VectorEnv given;
  private final @Nullable TrainingState restored;
  private final @Nullable Checkpoint checkpoint;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private @Nullable RemoteActors actors;
  private final String id;
  private Map<String, Object> envKwargs = Map.of();
  private @Nullable Backend backend;
  private @Nullable BiFunction<Integer, ActionMasks, VectorEnv> environments;
  private Engine engine = Engine.AUTO;
  private @Nullable NetworkFactory network;
  private int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
  private long seed = 1;
  private Algorithm algorithm = Algorithm.PPO;
  private Profile profile = Profile.DEFAULT;
  private Parts parts = Parts.NONE;
  private @Nullable Checkpoint reference;
  private @Nullable Preset preset;
  private boolean automaticPreset = true;
  private UnaryOperator<PpoConfig> changes = UnaryOperator.identity();

  /** Made after {@link #changes}, and validated together. */
  private Consumer<PpoConfigBuilder> lastChanges = builder -> {};

  private @Nullable Double stopAtReturn;
  private Checkpointing checkpointing = Checkpointing.defaults();

  TrainingBuilder(String id) {
    this.id = id;
    given = null;
    restored = null;
    checkpoint = null;
  }

  TrainingBuilder(VectorEnv env) {
    id = env.spec().id();
    envKwargs = env.spec().kwargs();
    backend = Backend.PROGRAM;
    given = env;
    restored = null;
    checkpoint = null;
  }

  TrainingBuilder(Checkpoint checkpoint) {
    RunConfig run = checkpoint.run();
    id = run.env();
    envKwargs = run.envKwargs();
    backend = run.backend();
    engine = run.engine();
    seed = run.seed();
    algorithm = run.algorithm();
    profile = run.profile();
    stopAtReturn = run.stopAtReturn();
    checkpointing = run.checkpointing();
    given = null;
    restored = checkpoint.state();
    this.checkpoint = checkpoint;
  }

  /** Sets the seed of everything random, not negative; the default is 1. */
  public TrainingBuilder seed(long seed) {
    refuseIfResumed("seed");
    if (seed < 0) {
      throw new IllegalArgumentException("the seed must not be negative, but is " + seed);
    }
    this.seed = seed;
    return this;
  }

  /**
   * Changes hyperparameters: {@code config(c -> c.gamma(0.98).numEnvs(8))}. Those that are not
   * given are the preset's, or else the profile's; a value of the preset gives way to one that
   * switches it off, such as its log standard deviation to a Beta distribution. Of a continued
   * training only {@code totalTimesteps} can be changed.
   *
   * <p>May be called several times; all changes are validated together. {@code changes} may be
   * called several times, too, and must do the same each time.
   */
  public TrainingBuilder config(Consumer<PpoConfigBuilder> changes) {
    lastChanges = lastChanges.andThen(changes);
    return this;
  }

  /** Changes the hyperparameters as a whole; otherwise as {@link #config}. */
  public TrainingBuilder hyperparameters(UnaryOperator<PpoConfig> change) {
    UnaryOperator<PpoConfig> before = changes;
    Consumer<PpoConfigBuilder> between = lastChanges;
    changes = config -> change.apply(before.apply(config).with(between));
    lastChanges = builder -> {};
    return this;
  }

  /** Sets the algorithm; the default is PPO. Its defaults replace those of PPO. */
  public TrainingBuilder algorithm(Algorithm algorithm) {
    refuseIfResumed("algorithm");
    this.algorithm = algorithm;
    return this;
  }

  /** Sets the profile, from which hyperparameters that are not given come; by default DEFAULT. */
  public TrainingBuilder profile(Profile profile) {
    refuseIfResumed("profile");
    this.profile = profile;
    return this;
  }

  /**
   * Sets the preset that replaces hyperparameters of the profile; null for none. The default is the
   * one that is {@linkplain Preset#automatic automatic} for the environment, if there is one.
   */
  public TrainingBuilder preset(@Nullable Preset preset) {
    refuseIfResumed("preset");
    this.preset = preset;
    automaticPreset = false;
    return this;
  }

  /**
   * Sets the arguments of the environment, by name; null is Python's {@code None}.
   *
   * @throws IllegalStateException if the caller passed the environments
   */
  public TrainingBuilder envKwargs(Map<String, Object> envKwargs) {
    refuseIfResumed("envKwargs");
    refuseIfGiven("envKwargs");
    this.envKwargs = Collections.unmodifiableMap(new LinkedHashMap<>(envKwargs));
    return this;
  }

  /**
   * Sets how environments are made, instead of by their id; only a program that does the same can
   * continue the training.
   *
   * @param environments makes that many sub-environments; may be called twice; the training closes
   *     what it makes
   * @throws IllegalStateException if the caller passed the environments
   */
  public TrainingBuilder environments(IntFunction<VectorEnv> environments) {
    return environments(Backend.PROGRAM, environments);
  }

  /**
   * Sets how environments are made, where the id is enough to make them again.
   *
   * @param backend what steps them
   * @param environments as above
   * @throws IllegalStateException if the caller passed the environments
   */
  public TrainingBuilder environments(Backend backend, IntFunction<VectorEnv> environments) {
    return environments(backend, (numEnvs, _) -> environments.apply(numEnvs));
  }

  /**
   * Sets how environments are made, where their masks of actions are chosen when they are made.
   *
   * @param backend what steps them
   * @param environments makes that many sub-environments with masks from there
   * @throws IllegalStateException if the caller passed the environments
   */
  public TrainingBuilder environments(
      Backend backend, BiFunction<Integer, ActionMasks, VectorEnv> environments) {
    refuseIfGiven("environments");
    this.backend = backend;
    this.environments = environments;
    return this;
  }

  /** Sets the engine of the networks; the default is the fastest that can run them. */
  public TrainingBuilder engine(Engine engine) {
    refuseIfResumed("engine");
    this.engine = engine;
    return this;
  }

  /**
   * Sets what makes the networks, instead of the engine's MLPs. A checkpoint records the name of
   * its class; a class that others can make again is public and has a public constructor without
   * parameters.
   */
  public TrainingBuilder network(NetworkFactory network) {
    this.network = network;
    return this;
  }

  /**
   * Sets the distribution of actions, instead of that of the configuration, and with it what makes
   * the networks; otherwise as {@link #network}.
   */
  public TrainingBuilder actionDistribution(DistributionFactory distribution) {
    return network(distribution);
  }

  /**
   * Sets the loss of the policy, instead of the algorithm's. A checkpoint records the name of its
   * class; a continued training needs it again.
   */
  public TrainingBuilder policyLoss(PolicyLoss policyLoss) {
    parts = new Parts(policyLoss, parts.estimator(), parts.optimizer(), null, null, null);
    return this;
  }

  /**
   * Sets the estimator of advantages, instead of the algorithm's; otherwise as {@link #policyLoss}.
   */
  public TrainingBuilder estimator(AdvantageEstimator estimator) {
    parts = new Parts(parts.policyLoss(), estimator, parts.optimizer(), null, null, null);
    return this;
  }

  /**
   * Sets the optimiser, instead of the one of the configuration; otherwise as {@link #policyLoss}.
   *
   * @param optimizer makes the optimiser of a number of parameters
   */
  public TrainingBuilder optimizer(IntFunction<Optimizer> optimizer) {
    parts = new Parts(parts.policyLoss(), parts.estimator(), optimizer, null, null, null);
    return this;
  }

  /**
   * Sets the policy that the training starts from and is held near: {@code klCoef} times the
   * divergence from it is taken from each reward. Hyperparameters are the reference's unless they
   * are changed; its networks, normalisers and distributions of actions are kept. The network's
   * class and the engine are the reference's too.
   *
   * @param reference a checkpoint of a training on an environment with the same spaces
   */
  public TrainingBuilder reference(Checkpoint reference) {
    refuseIfResumed("reference");
    this.reference = reference;
    engine = reference.run().engine();
    automaticPreset = false;
    return this;
  }

  /**
   * Sets how many threads learn, 1 or 2; results do not depend on it. The default is 2 if there are
   * two cores.
   */
  public TrainingBuilder threads(int threads) {
    if (threads < 1 || threads > 2) {
      throw new IllegalArgumentException("threads must be 1 or 2, but is " + threads);
    }
    this.threads = threads;
    return this;
  }

  /**
   * Has actors collect the rollouts, which make their environments by id. Results are those of one
   * process, byte for byte, on environments written in Java and with distributions that draw as
   * many random numbers for every policy, which all but Beta do. A continued training continues its
   * episodes if it has as many actors as before.
   *
   * @param count how many, each for a part of the sub-environments
   * @param maxLosses how many may be lost, and replaced, before the training ends
   * @param starter starts them when the training is built; {@link
   *     org.ppo4j.agent.actor.LocalActors#starter} on threads
   */
  public TrainingBuilder actors(int count, int maxLosses, Actors.Starter starter) {
    refuseIfGiven("actors");
    actors = new RemoteActors(count, maxLosses, starter);
    return this;
  }

  /** Ends the training as solved when the mean return of the last 100 episodes is at least this. */
  public TrainingBuilder stopAtReturn(double meanReturn) {
    if (Double.isNaN(meanReturn)) {
      throw new IllegalArgumentException("stopAtReturn must be a number, but is NaN");
    }
    stopAtReturn = meanReturn;
    return this;
  }

  /**
   * Sets when the listeners {@link org.ppo4j.agent.run.CheckpointFiles} and {@link
   * org.ppo4j.agent.evaluate.PeriodicEvaluation} act; has no effect without them.
   */
  public TrainingBuilder checkpointing(Checkpointing checkpointing) {
    refuseIfResumed("checkpointing");
    if (checkpointing.checkpointEvery() < 0
        || checkpointing.keepCheckpoints() < 0
        || checkpointing.evalEvery() < 0
        || checkpointing.evalEpisodes() < 1) {
      throw new IllegalArgumentException(
          "steps and numbers of checkpoints must not be negative, and an evaluation needs an"
              + " episode, but got "
              + checkpointing);
    }
    this.checkpointing = checkpointing;
    return this;
  }

  /** Adds a listener; {@link TrainingListener#all} describes the order of several. */
  public TrainingBuilder listener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Adds a listener of iterations only, which can {@linkplain RunningTraining#stop stop}. */
  public TrainingBuilder onIteration(BiConsumer<RunningTraining, Iteration> action) {
    return listener(new IterationListener(action));
  }

  /**
   * Checks everything and makes environments and networks. If that fails, what was made is closed.
   *
   * @throws IllegalArgumentException if the environment is unknown, or hyperparameters are not
   *     valid or do not fit together
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the environment has other spaces than
   *     the one that the checkpoint's training learnt
   * @throws org.ppo4j.env.EnvException if the environment cannot be made
   */
  public Training build() {
    Preset used = preset();
    Function<EnvSpec, PpoConfig> configure = configure(used);
    VectorEnv env = given != null ? given : open(configure);
    try {
      PpoConfig config = configure.apply(env.spec());
      AlgorithmRules.require(algorithm, config, start(env.spec()), env.spec());
      if (checkpoint != null) {
        checkpoint.requireSpacesOf(env.spec());
        requireSameBut(checkpoint.run().hyperparameters(), config);
        requireSameParts(checkpoint.run().parts());
      }
      NetworkFactory factory = factory();
      if (factory instanceof DistributionFactory own) {
        AlgorithmRules.requireForOwn(algorithm, config, own, env.spec());
      }
      NetworkSpec spec = PolicyNetwork.spec(env.spec(), algorithm, config, factory);
      TrainingSizes.require(env.spec(), algorithm, config, factory);
      if (restored != null) {
        PolicyNetwork.requireParameters(restored, spec, factory);
      }
      IntFunction<ActorCritic> makeNetworks =
          count ->
              MaskedActorCritic.of(
                  ActorCritics.create(engine, factory, spec, count), env.spec(), config.action());
      RunConfig run = run(used, config, factory);
      if (actors != null) {
        actors.require(run, hasReference(), env.spec(), spec);
      }
      TrainingState leash = References.state(reference, restored, env.spec(), config, spec);
      ActorCritic networks = makeNetworks.apply(threads);
      RemoteRollouts.@Nullable Group group = null;
      try {
        group = actors == null ? null : actors.start(run);
        return new Training(
            run,
            parts.with(
                factory,
                leash == null
                    ? null
                    : References.of(leash, env.spec(), config, factory, makeNetworks),
                group),
            env,
            given == null,
            networks,
            () -> makeNetworks.apply(1),
            factory,
            listeners,
            restored);
      } catch (RuntimeException | Error e) {
        networks.close();
        if (group != null) {
          group.actors().close();
        }
        throw e;
      }
    } catch (RuntimeException | Error e) {
      if (given == null) {
        env.close();
      }
      throw e;
    }
  }

  private boolean hasReference() {
    return reference != null || (restored != null && Reference.isIn(restored));
  }

  /** Returns the preset to use; those that are used by default are PPO's. */
  private @Nullable Preset preset() {
    if (!automaticPreset) {
      return preset;
    }
    return algorithm == Algorithm.PPO ? Preset.automatic(profile, id).orElse(null) : null;
  }

  /** A changed end moves the schedules; anything else would be another training. */
  private static void requireSameBut(PpoConfig before, PpoConfig after) {
    if (!after.with(c -> c.totalTimesteps(before.totalTimesteps())).equals(before)) {
      throw new IllegalArgumentException(
          "a continued training keeps its hyperparameters; only totalTimesteps can be changed");
    }
  }

  private void requireSameParts(List<String> before) {
    if (!before.equals(parts.names())) {
      throw new IllegalArgumentException(
          "a continued training keeps its own parts of the loop; it was trained with %s, and now has %s"
              .formatted(before, parts.names()));
    }
  }

  private RunConfig run(@Nullable Preset used, PpoConfig config, @Nullable NetworkFactory factory) {
    return new RunConfig(
        algorithm,
        id,
        envKwargs,
        backend == null ? Environments.backend(id) : backend,
        engine.resolved(),
        factory == null ? null : factory.getClass().getName(),
        parts.names(),
        seed,
        profile,
        checkpoint != null ? checkpoint.run().preset() : used == null ? null : used.name(),
        config,
        stopAtReturn,
        checkpointing);
  }

  /** Returns the configuration that changes start from. */
  private PpoConfig start(EnvSpec env) {
    if (checkpoint != null) {
      return checkpoint.run().hyperparameters();
    }
    PpoConfig defaults = PpoConfig.of(algorithm, profile, env);
    if (reference == null) {
      return defaults;
    }
    PpoConfig theirs = References.start(reference.run(), algorithm, defaults);
    return SwitchedOff.givingWay(theirs, changes.apply(theirs).with(lastChanges), defaults);
  }

  /** Returns what makes the configuration for an environment, from that of {@link #start}. */
  private Function<EnvSpec, PpoConfig> configure(@Nullable Preset used) {
    VectorEnv env = given;
    Consumer<PpoConfigBuilder> last =
        env == null ? lastChanges : lastChanges.andThen(c -> c.numEnvs(env.numEnvs()));
    Preset preset = checkpoint == null ? used : null;
    return spec -> {
      PpoConfig start = start(spec);
      PpoConfig base =
          preset == null ? start : preset.forActions(spec.actionSpace()).applyTo(start);
      PpoConfig changed = changes.apply(base).with(last);
      return changes.apply(SwitchedOff.givingWay(base, changed, start)).with(last);
    };
  }

  private @Nullable NetworkFactory factory() {
    Checkpoint before = checkpoint != null ? checkpoint : reference;
    if (network != null || before == null) {
      return network;
    }
    String className = before.run().network();
    return className == null ? null : ActorCritics.factory(className);
  }

  /**
   * Makes the environments. Their number may depend on the action space, which is not known before.
   * Then one is made, and as many as are needed in addition or instead of it.
   */
  private VectorEnv open(Function<EnvSpec, PpoConfig> configure) {
    ActionMasks masks = actionMasks(configure);
    BiFunction<Integer, ActionMasks, VectorEnv> chosen = environments;
    IntFunction<VectorEnv> make =
        chosen != null
            ? numEnvs -> chosen.apply(numEnvs, masks)
            : numEnvs -> Environments.make(id, envKwargs, backend, numEnvs, seed, masks);
    if (actors != null) {
      try (VectorEnv probe = make.apply(1)) {
        EnvSpec spec = probe.spec();
        PpoConfig config = configure.apply(spec);
        return new UnsteppedEnv(spec, config.collect().numEnvs());
      }
    }
    Integer known = numEnvs(configure);
    VectorEnv env = make.apply(known == null ? 1 : known);
    int numEnvs;
    try {
      EnvSpec spec = env.spec();
      numEnvs = configure.apply(spec).collect().numEnvs();
    } catch (RuntimeException | Error e) {
      env.close();
      throw e;
    }
    if (numEnvs == env.numEnvs()) {
      return env;
    }
    if (env instanceof Growable growable) {
      return growable.grow(numEnvs);
    }
    env.close();
    return make.apply(numEnvs);
  }

  /** Returns where masks are, which does not depend on the spaces. */
  private ActionMasks actionMasks(Function<EnvSpec, PpoConfig> configure) {
    for (Space actions : List.of(new Space.Discrete(2), VECTOR)) {
      try {
        return configure.apply(ofVectors(actions)).action().actionMasks();
      } catch (RuntimeException _) {
        // valid for the other kind of actions; reported when the kind is known
      }
    }
    return ActionMasks.AUTO;
  }

  /** Returns the number of sub-environments if it is the same for every action space. */
  private @Nullable Integer numEnvs(Function<EnvSpec, PpoConfig> configure) {
    try {
      int discrete = configure.apply(ofVectors(new Space.Discrete(2))).collect().numEnvs();
      int continuous = configure.apply(ofVectors(VECTOR)).collect().numEnvs();
      return discrete == continuous ? discrete : null;
    } catch (RuntimeException e) {
      return null; // valid for one kind of actions at most; reported when the kind is known
    }
  }

  /** Returns an environment whose observations are a vector. */
  private EnvSpec ofVectors(Space actions) {
    return new EnvSpec(id, VECTOR, actions, 0, Map.of(), Map.of());
  }

  private void refuseIfGiven(String name) {
    if (given != null) {
      throw new IllegalStateException(
          "%s cannot be set for environments that the caller has made".formatted(name));
    }
  }

  private void refuseIfResumed(String name) {
    if (checkpoint != null) {
      throw new IllegalStateException(
          "%s cannot be changed in a training that is continued from a checkpoint".formatted(name));
    }
  }

  private static final class IterationListener implements TrainingListener {
    private final BiConsumer<RunningTraining, Iteration> action;
    private @Nullable RunningTraining training;

    IterationListener(BiConsumer<RunningTraining, Iteration> action) {
      this.action = action;
    }

    @Override
    public void started(RunningTraining started) {
      training = started;
    }

    @Override
    public void iteration(Iteration iteration) {
      if (training != null) {
        action.accept(training, iteration);
      }
    }
  }
}
