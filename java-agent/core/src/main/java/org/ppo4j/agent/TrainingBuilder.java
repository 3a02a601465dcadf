package org.ppo4j.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.environment.Environments;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/**
 * Describes a {@link Training}. Everything has a default; {@link #build} checks it all and makes
 * the environments and the networks.
 */
public final class TrainingBuilder {
  private final @Nullable VectorEnv given;
  private final @Nullable TrainingState restored;
  private final @Nullable Checkpoint checkpoint;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private final String id;
  private Map<String, Object> envKwargs = Map.of();
  private @Nullable Backend backend;
  private @Nullable IntFunction<VectorEnv> environments;
  private Engine engine = Engine.AUTO;
  private @Nullable NetworkFactory network;
  private int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
  private long seed = 1;
  private Profile profile = Profile.DEFAULT;
  private @Nullable Preset preset;
  private boolean automaticPreset = true;
  private UnaryOperator<PpoConfig> changes = UnaryOperator.identity();
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
   * Changes hyperparameters, after the profile's and the preset's: {@code config(c -> c.gamma(0.98)
   * .numEnvs(8))}. May be called several times. In a continued training only {@code totalTimesteps}
   * may differ.
   */
  public TrainingBuilder config(Consumer<PpoConfigBuilder> changes) {
    return hyperparameters(config -> config.with(changes));
  }

  /** Changes the hyperparameters as a whole; otherwise as {@link #config}. */
  public TrainingBuilder hyperparameters(UnaryOperator<PpoConfig> change) {
    UnaryOperator<PpoConfig> before = changes;
    changes = config -> change.apply(before.apply(config));
    return this;
  }

  /** Sets where hyperparameters that are not given come from; the default is DEFAULT. */
  public TrainingBuilder profile(Profile profile) {
    refuseIfResumed("profile");
    this.profile = profile;
    return this;
  }

  /**
   * Sets the preset that replaces the profile's hyperparameters; null for none. By default it is
   * the one that is {@linkplain Preset#automatic automatic} for the environment, if any.
   */
  public TrainingBuilder preset(@Nullable Preset preset) {
    refuseIfResumed("preset");
    this.preset = preset;
    automaticPreset = false;
    return this;
  }

  /** Sets the arguments of the environment, by name. */
  public TrainingBuilder envKwargs(Map<String, Object> envKwargs) {
    refuseIfResumed("envKwargs");
    this.envKwargs = Map.copyOf(envKwargs);
    return this;
  }

  /**
   * Sets how environments are made, instead of by their id.
   *
   * @param backend what steps them
   * @param environments makes that many sub-environments; the training closes them
   */
  public TrainingBuilder environments(Backend backend, IntFunction<VectorEnv> environments) {
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

  /** Sets how many threads learn, 1 or 2; results do not depend on it. The default is 2. */
  public TrainingBuilder threads(int threads) {
    if (threads < 1 || threads > 2) {
      throw new IllegalArgumentException("threads must be 1 or 2, but is " + threads);
    }
    this.threads = threads;
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

  /** Sets what the configuration records of checkpoints and evaluations. */
  public TrainingBuilder checkpointing(Checkpointing checkpointing) {
    refuseIfResumed("checkpointing");
    this.checkpointing = checkpointing;
    return this;
  }

  /** Adds a listener; listeners receive each event in the order in which they were added. */
  public TrainingBuilder listener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Adds a listener of iterations alone, which may {@linkplain RunningTraining#stop stop}. */
  public TrainingBuilder onIteration(BiConsumer<RunningTraining, Iteration> action) {
    return listener(new IterationListener(action));
  }

  /**
   * Checks everything and makes environments and networks.
   *
   * @throws IllegalArgumentException if the environment is unknown, hyperparameters do not go
   *     together, or a checkpoint does not fit
   * @throws org.ppo4j.env.EnvException if the environment cannot be made
   */
  public Training build() {
    Preset used = automaticPreset ? Preset.automatic(profile, id).orElse(null) : preset;
    UnaryOperator<PpoConfig> configure = configure(used);
    VectorEnv env = given != null ? given : open(configure);
    try {
      PpoConfig config = configure.apply(start(env.spec().actionSpace()));
      if (given != null) {
        int numEnvs = env.numEnvs();
        config = config.with(c -> c.numEnvs(numEnvs));
      }
      if (checkpoint != null) {
        checkpoint.requireSpacesOf(env.spec());
      }
      NetworkFactory factory = factory();
      NetworkSpec spec = PolicyNetwork.spec(env.spec(), config);
      ActorCritic networks =
          factory == null
              ? ActorCritics.create(engine, spec, threads)
              : ActorCritics.create(factory, spec, threads);
      try {
        return new Training(
            run(used, config, factory), env, given == null, networks, factory, listeners, restored);
      } catch (RuntimeException e) {
        networks.close();
        throw e;
      }
    } catch (RuntimeException e) {
      if (given == null) {
        env.close();
      }
      throw e;
    }
  }

  private RunConfig run(@Nullable Preset used, PpoConfig config, @Nullable NetworkFactory factory) {
    return new RunConfig(
        Ppo.ID,
        id,
        envKwargs,
        backend == null ? Environments.backend(id) : backend,
        engine.resolved(),
        factory == null ? null : factory.getClass().getName(),
        seed,
        profile,
        checkpoint != null ? checkpoint.run().preset() : used == null ? null : used.name(),
        config,
        stopAtReturn,
        checkpointing);
  }

  /** Returns the configuration that changes start from. */
  private PpoConfig start(Space actionSpace) {
    return checkpoint != null
        ? checkpoint.run().hyperparameters()
        : PpoConfig.of(profile, actionSpace);
  }

  private UnaryOperator<PpoConfig> configure(@Nullable Preset used) {
    return checkpoint != null || used == null
        ? changes
        : config -> changes.apply(used.applyTo(config));
  }

  private @Nullable NetworkFactory factory() {
    if (network != null || checkpoint == null) {
      return network;
    }
    String className = checkpoint.run().network();
    return className == null ? null : ActorCritics.factory(className);
  }

  /**
   * Makes the environments. Their number may depend on the action space, which is not known before:
   * then they are made with one, and again if that is not right.
   */
  private VectorEnv open(UnaryOperator<PpoConfig> configure) {
    IntFunction<VectorEnv> make =
        environments != null
            ? environments
            : numEnvs -> Environments.make(id, envKwargs, backend, numEnvs);
    Integer known = numEnvs(configure);
    VectorEnv env = make.apply(known == null ? 1 : known);
    try {
      int numEnvs = configure.apply(start(env.spec().actionSpace())).collect().numEnvs();
      if (numEnvs == env.numEnvs()) {
        return env;
      }
      env.close();
      return make.apply(numEnvs);
    } catch (RuntimeException e) {
      env.close();
      throw e;
    }
  }

  /** Returns the number of sub-environments if it is the same for every action space. */
  private @Nullable Integer numEnvs(UnaryOperator<PpoConfig> configure) {
    try {
      int discrete = configure.apply(start(new Space.Discrete(2))).collect().numEnvs();
      int continuous =
          configure.apply(start(Space.Box.of(-1, 1, 1, DType.FLOAT32))).collect().numEnvs();
      return discrete == continuous ? discrete : null;
    } catch (IllegalArgumentException e) {
      return null; // valid for one kind of actions at most; reported when the kind is known
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
