package org.ppo4j.agent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.LossObserver;
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
 * <p>A training is confined to one thread, except {@link #stop}, {@link #cancel}, {@link #save} and
 * {@link #close}. Trainings are independent: several can run at once in one program, each in its
 * thread, and give the bytes that each gives alone. A training runs once. {@link #save} and {@link
 * #policy} give the training as it was after its last whole iteration: before, during (from a
 * listener) and after the run, also if it failed.
 *
 * <p>The same seed gives the same training, byte for byte, on one machine.
 */
public final class Training implements AutoCloseable {
  private static final int RECENT = 100;

  private final RunConfig config;
  private final EnvSpec spec;
  private final Ppo ppo;
  private final ActorCritic network;
  private final NetworkDescription networkDescription;
  private final @Nullable NetworkFactory factory;
  private final AutoCloseable environments;
  private final List<TrainingListener> listeners;
  private final @Nullable TrainingState restored;
  private final RecentReturns returns = new RecentReturns(RECENT);
  private final Provenance provenance = Provenance.present();
  private final Handle handle = new Handle();

  /** The training as it was after the last whole iteration. */
  private final TrainingState state = new TrainingState();

  private volatile long stateStep;
  private boolean hasRun;
  private boolean isClosed;

  /** Held while {@link #run} or {@link #close} is in progress. */
  private final ReentrantLock inUse = new ReentrantLock();

  /** Whether listeners are receiving an iteration, so that their states belong to that one. */
  private boolean isReporting;

  private TrainingListener listener = new TrainingListener() {};
  private volatile boolean stopRequested;

  /** Takes over networks and environments; {@link TrainingBuilder} makes them. */
  Training(
      RunConfig config,
      Parts parts,
      VectorEnv env,
      boolean ownsEnv,
      ActorCritic network,
      Supplier<ActorCritic> another,
      @Nullable NetworkFactory factory,
      List<TrainingListener> listeners,
      @Nullable TrainingState restored) {
    this.config = config;
    spec = env.spec();
    this.network = network;
    networkDescription =
        NetworkDescription.of(
            network.shape(), factory, config.hyperparameters().action().maskSize(spec) > 0);
    this.factory = factory;
    environments = ownsEnv ? env : () -> {};
    this.listeners = new ArrayList<>(listeners);
    this.restored = restored;
    ppo =
        new Ppo(
            env,
            config.algorithm(),
            parts,
            config.hyperparameters(),
            network,
            another,
            config.seed());
    if (restored != null) {
      ppo.restore(restored);
      returns.restore(restored);
      stateful().forEach(each -> each.restore(restored));
    }
    remember();
    rememberListeners();
  }

  /**
   * Starts to describe a training on an environment: one that is written in Java, or, if the
   * artifact {@code ppo4j-gymnasium} is on the class path, a Gymnasium environment in Python.
   *
   * @param id the environment's id, such as {@code CartPole-v1}
   */
  public static TrainingBuilder on(String id) {
    return new TrainingBuilder(id);
  }

  /**
   * Starts to describe a training on environments that the caller has made and closes. Their number
   * is {@code numEnvs}, whatever the configuration says.
   *
   * @param env the environments, with autoreset SAME_STEP
   */
  public static TrainingBuilder on(VectorEnv env) {
    return new TrainingBuilder(env);
  }

  /**
   * Starts to describe the continuation of a training, with the same environment, configuration and
   * seed. On native environments the result is the same, byte for byte, as that of a training that
   * was never stopped.
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
   * @throws IllegalStateException if {@link #run} was called
   */
  public void add(TrainingListener added) {
    if (hasRun) {
      throw new IllegalStateException("listeners can be added only before the training runs");
    }
    if (restored != null && added instanceof Stateful stateful) {
      stateful.restore(restored);
    }
    listeners.add(added);
  }

  /**
   * Trains until all steps are taken, the mean return to stop at is reached, or {@link #stop} is
   * called.
   *
   * @return how it ended; never {@link Outcome#FAILED}, for which an exception is thrown: that of
   *     the environment or of the listener, for example. Before it is thrown, all listeners are
   *     finished; what they throw then is suppressed
   * @throws org.ppo4j.agent.numeric.NonFiniteException if the training diverges
   * @throws org.ppo4j.env.EnvException if an environment fails
   * @throws IllegalStateException if it was run before, or is closed
   */
  public Outcome run() {
    if (!inUse.tryLock()) {
      throw new IllegalStateException("this training is being run or closed by another thread");
    }
    try {
      return runOnce();
    } finally {
      inUse.unlock();
    }
  }

  private Outcome runOnce() {
    if (isClosed) {
      throw new IllegalStateException("this training is closed");
    }
    if (hasRun) {
      throw new IllegalStateException(
          "this training was run before; save it and continue it with Training.resume");
    }
    hasRun = true;
    listener = TrainingListener.all(listeners);
    observe();
    try {
      remember();
      rememberListeners();
      listener.started(handle);
      if (!stopRequested && !isSolved()) {
        ppo.train(new Reporter());
      }
    } catch (CancelledException _) {
      // stopped, as of the last whole iteration
    } catch (Throwable e) {
      try {
        listener.finished(new Finished(Outcome.FAILED, stateStep, e));
      } catch (RuntimeException | Error whenFinished) {
        if (!whenFinished.equals(e)) {
          e.addSuppressed(whenFinished);
        }
      }
      throw e;
    }
    Outcome outcome = outcome();
    listener.finished(new Finished(outcome, stateStep, null));
    return outcome;
  }

  /** Passes minibatches to the listeners that observe the loss. */
  private void observe() {
    List<LossObserver> observers =
        listeners.stream()
            .filter(LossObserver.class::isInstance)
            .map(LossObserver.class::cast)
            .toList();
    if (!observers.isEmpty()) {
      ppo.observe(
          (rows, newLogProbs, oldLogProbs, advantages) -> {
            for (LossObserver each : observers) {
              each.minibatch(rows, newLogProbs, oldLogProbs, advantages);
            }
          });
    }
  }

  private Outcome outcome() {
    if (isSolved()) {
      return Outcome.SOLVED;
    }
    return hasAllSteps() ? Outcome.FINISHED : Outcome.STOPPED;
  }

  /**
   * Makes {@link #run} return after its current iteration, or at once if it has not begun; may be
   * called from any thread.
   */
  public void stop() {
    stopRequested = true;
    ppo.stop();
  }

  /**
   * Makes {@link #run} return at the next step of the environment or of the optimiser, and abandons
   * the iteration in progress; may be called from any thread.
   */
  public void cancel() {
    stop();
    ppo.cancel();
  }

  /**
   * Writes a checkpoint: the training as it was after the last whole iteration. May be called from
   * any thread.
   *
   * @param checkpoint the file to write; replaced whole if it exists
   * @throws java.io.UncheckedIOException if it cannot be written; what was there is then unchanged
   */
  public void save(Path checkpoint) {
    synchronized (state) {
      handle.checkpoint().write(checkpoint);
    }
  }

  /** Returns the policy as it was after the last whole iteration, a copy; the caller closes it. */
  public TrainedPolicy policy() {
    return TrainedPolicy.of(handle.checkpoint(), spec, factory);
  }

  /** Returns everything the user decided about the training, defaults included. */
  public RunConfig config() {
    return config;
  }

  /** Returns the description of the environment. */
  public EnvSpec env() {
    return spec;
  }

  /** Returns the environment steps learnt from so far, over all sub-environments. */
  public long globalStep() {
    return stateStep;
  }

  /** Returns the returns of the last 100 episodes, a live view. */
  public RecentReturns returns() {
    return returns;
  }

  /**
   * Closes the networks, and the environments unless the caller passed them. Closing a closed
   * training has no effect. {@link #save} and {@link #policy} still give the last whole iteration.
   *
   * <p>If another thread is in {@link #run}, this method cancels the training and waits for {@link
   * #run} to return.
   *
   * @throws IllegalStateException if it is called from within {@link #run}, by a listener for
   *     example, which should call {@link #stop} instead
   */
  @Override
  public void close() {
    if (inUse.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "a training cannot be closed by one of its listeners while it runs; call stop instead");
    }
    if (!inUse.tryLock()) {
      cancel();
      inUse.lock();
    }
    try {
      closeOnce();
    } finally {
      inUse.unlock();
    }
  }

  private void closeOnce() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (network;
        AutoCloseable _ = environments) {
      ppo.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot close the environments", e);
    }
  }

  private boolean hasAllSteps() {
    return stateStep >= config.hyperparameters().totalSteps();
  }

  private boolean isSolved() {
    Double mean = config.stopAtReturn();
    return mean != null && returns.reach(mean);
  }

  private void remember() {
    synchronized (state) {
      ppo.save(state);
      returns.save(state);
      if (!spec.parts().isEmpty()) {
        state.put(
            Checkpoint.PARTS, String.join("\n", spec.parts()).getBytes(StandardCharsets.UTF_8));
      }
      if (config.hyperparameters().action().maskSize(spec) > 0) {
        state.put(Checkpoint.MASKS, new byte[] {1});
      }
      if (spec.criticOnly() > 0) {
        state.put(Checkpoint.CRITIC_ONLY, new long[] {spec.criticOnly()});
      }
      stateStep = ppo.globalStep();
    }
  }

  private void rememberListeners() {
    synchronized (state) {
      stateful().forEach(each -> each.save(state));
    }
  }

  private List<Stateful> stateful() {
    return listeners.stream().filter(Stateful.class::isInstance).map(Stateful.class::cast).toList();
  }

  /** Brings returns and state up to date before the listeners receive an event. */
  private final class Reporter implements TrainingListener {
    @Override
    public void episode(Episode episode) {
      returns.add(episode.episodicReturn());
      listener.episode(episode);
    }

    @Override
    public void hinted(Hint hint) {
      listener.hinted(hint);
    }

    @Override
    public void iteration(Iteration iteration) {
      remember();
      isReporting = true;
      try {
        listener.iteration(iteration);
      } finally {
        isReporting = false;
        rememberListeners();
      }
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
      return hasAllSteps() || isSolved();
    }

    @Override
    public Checkpoint checkpoint() {
      if (isReporting) {
        rememberListeners();
      }
      return new Checkpoint(
          config,
          spec.observationSpace(),
          spec.actionSpace(),
          networkDescription,
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
    public <R> R borrow(Function<VectorEnv, R> action) {
      return ppo.lend(action);
    }

    @Override
    public void stop() {
      Training.this.stop();
    }

    @Override
    public boolean isStopping() {
      return stopRequested;
    }

    @Override
    public void report(Evaluation evaluation) {
      listener.evaluated(evaluation);
    }

    @Override
    public void report(Hint hint) {
      listener.hinted(hint);
    }
  }
}
