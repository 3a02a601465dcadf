package org.ppo4j.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.VectorEnv;

/**
 * One training, from its environment to its policy.
 *
 * {@snippet :
 * try (Training training = Training.on("CartPole-v1").seed(1).stopAtReturn(475).build()) {
 *   training.run();
 *   training.save(Path.of("cartpole.zip"));
 * }
 * }
 *
 * <p>The file that {@link #save} writes is a checkpoint, which {@link #resume} continues, and a
 * policy, which {@code org.ppo4j.policy.Policy} loads.
 *
 * <p>A training is confined to one thread, except {@link #stop}. Closing it closes its networks,
 * and its environments unless the caller passed them.
 */
public final class Training implements AutoCloseable {
  private static final int RECENT = 100;

  private final RunConfig config;
  private final EnvSpec spec;
  private final Ppo ppo;
  private final ActorCritic network;
  private final @Nullable NetworkFactory factory;
  private final AutoCloseable environments;
  private final List<TrainingListener> listeners;
  private final @Nullable TrainingState restored;
  private final RecentReturns returns = new RecentReturns(RECENT);
  private final Provenance provenance = Provenance.present();
  private final Handle handle = new Handle();

  /** The training as it stood after the last whole iteration. */
  private final TrainingState state = new TrainingState();

  private long stateStep;
  private boolean hasRun;
  private TrainingListener listener = new TrainingListener() {};
  private volatile boolean stopRequested;

  /** Takes over networks and environments; {@link TrainingBuilder} makes them. */
  Training(
      RunConfig config,
      VectorEnv env,
      boolean ownsEnv,
      ActorCritic network,
      @Nullable NetworkFactory factory,
      List<TrainingListener> listeners,
      @Nullable TrainingState restored) {
    this.config = config;
    spec = env.spec();
    this.network = network;
    this.factory = factory;
    environments = ownsEnv ? env : () -> {};
    this.listeners = new ArrayList<>(listeners);
    this.restored = restored;
    ppo = new Ppo(env, config.hyperparameters(), network, config.seed());
    if (restored != null) {
      ppo.restore(restored);
      returns.restore(restored);
    }
    remember();
  }

  /**
   * Starts to describe a training on an environment: one that is written in Java, or, if the module
   * {@code ppo4j-gymnasium} is on the class path, one of Gymnasium in Python.
   *
   * @param id the environment's id, such as {@code CartPole-v1}
   */
  public static TrainingBuilder on(String id) {
    return new TrainingBuilder(id);
  }

  /**
   * Starts to describe a training on environments that the caller makes and closes. Their number
   * replaces {@code numEnvs}.
   *
   * @param env the environments, with autoreset SAME_STEP
   */
  public static TrainingBuilder on(VectorEnv env) {
    return new TrainingBuilder(env);
  }

  /**
   * Starts to describe the continuation of a training, with the same environment, configuration and
   * seed. On native environments the result is that of a training that was never stopped.
   *
   * @param checkpoint a file that {@link #save} or a checkpoint listener wrote
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the file is missing, truncated,
   *     corrupt or of another format
   */
  public static TrainingBuilder resume(Path checkpoint) {
    return resume(Checkpoint.read(checkpoint));
  }

  /** Starts to describe the continuation of the training in {@code checkpoint}. */
  public static TrainingBuilder resume(Checkpoint checkpoint) {
    return new TrainingBuilder(checkpoint);
  }

  /**
   * Adds a listener, after those that the builder was given.
   *
   * @throws IllegalStateException if the training has run
   */
  public void add(TrainingListener added) {
    if (hasRun) {
      throw new IllegalStateException("listeners are added before the training runs");
    }
    listeners.add(added);
  }

  /**
   * Trains until all steps are taken, the mean return to stop at is reached, or {@link #stop} is
   * called.
   *
   * @return how it ended; never {@link Outcome#FAILED}, which an exception reports
   * @throws org.ppo4j.agent.numeric.NonFiniteException if the training diverges
   * @throws IllegalStateException if it was run before
   */
  public Outcome run() {
    if (hasRun) {
      throw new IllegalStateException(
          "this training was run before; save it and continue it with Training.resume");
    }
    hasRun = true;
    listener = TrainingListener.all(listeners);
    try {
      if (restored != null) {
        stateful().forEach(each -> each.restore(restored));
      }
      remember();
      listener.started(handle);
      if (!stopRequested) {
        ppo.train(new Reporter());
      }
    } catch (RuntimeException e) {
      try {
        listener.finished(new Finished(Outcome.FAILED, stateStep, e));
      } catch (RuntimeException duringReport) {
        e.addSuppressed(duringReport);
      }
      throw e;
    }
    Outcome outcome =
        stopRequested ? Outcome.STOPPED : isSolved() ? Outcome.SOLVED : Outcome.FINISHED;
    listener.finished(new Finished(outcome, stateStep, null));
    return outcome;
  }

  /** Makes {@link #run} return after the iteration it is in; may be called from any thread. */
  public void stop() {
    stopRequested = true;
    ppo.stop();
  }

  /**
   * Writes the training as it stood after the last whole iteration.
   *
   * @param checkpoint the file to write; replaced whole if it exists
   * @throws java.io.UncheckedIOException if it cannot be written; what was there is then unchanged
   */
  public void save(Path checkpoint) {
    handle.checkpoint().write(checkpoint);
  }

  /**
   * Returns the policy as it stood after the last whole iteration, a copy; the caller closes it.
   */
  public TrainedPolicy policy() {
    return TrainedPolicy.of(handle.checkpoint(), spec, factory);
  }

  /** Returns everything the user decided about the training, defaults included. */
  public RunConfig config() {
    return config;
  }

  /** Returns the environment that it learns. */
  public EnvSpec env() {
    return spec;
  }

  /** Returns the environment steps learnt from so far, over all sub-environments. */
  public long globalStep() {
    return stateStep;
  }

  /** Returns the returns of the last 100 training episodes. */
  public RecentReturns returns() {
    return returns;
  }

  /** Closes the networks, and the environments unless the caller passed them. */
  @Override
  public void close() {
    try (network) {
      environments.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot close the environments", e);
    }
  }

  private boolean isSolved() {
    Double mean = config.stopAtReturn();
    return mean != null && returns.reach(mean);
  }

  private void remember() {
    ppo.save(state);
    returns.save(state);
    stateful().forEach(each -> each.save(state));
    stateStep = ppo.globalStep();
  }

  private List<Stateful> stateful() {
    return listeners.stream().filter(Stateful.class::isInstance).map(Stateful.class::cast).toList();
  }

  /** Keeps returns and state up to date before the listeners hear of an event. */
  private final class Reporter implements TrainingListener {
    @Override
    public void episode(Episode episode) {
      returns.add(episode.episodicReturn());
      listener.episode(episode);
    }

    @Override
    public void iteration(Iteration iteration) {
      remember();
      listener.iteration(iteration);
      if (isSolved()) {
        ppo.stop();
      }
    }
  }

  private final class Handle implements RunningTraining {
    @Override
    public RunConfig config() {
      return config;
    }

    @Override
    public EnvSpec env() {
      return spec;
    }

    @Override
    public long totalSteps() {
      return config.hyperparameters().totalSteps();
    }

    @Override
    public long globalStep() {
      return stateStep;
    }

    @Override
    public RecentReturns returns() {
      return returns;
    }

    @Override
    public boolean isEnding() {
      return stateStep == totalSteps() || isSolved();
    }

    @Override
    public Checkpoint checkpoint() {
      return new Checkpoint(
          config,
          spec.observationSpace(),
          spec.actionSpace(),
          NetworkDescription.of(network.spec(), factory),
          spec.versions(),
          stateStep,
          provenance.now(),
          state);
    }

    @Override
    public TrainedPolicy policy() {
      return Training.this.policy();
    }

    @Override
    public void stop() {
      Training.this.stop();
    }

    @Override
    public void report(Evaluation evaluation) {
      listener.evaluated(evaluation);
    }
  }
}
