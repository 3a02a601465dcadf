package org.ppo4j.agent.policy;

import java.nio.file.Path;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionEncoder;
import org.ppo4j.agent.action.DistributionFactory;
import org.ppo4j.agent.action.MaskedActorCritic;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.ImageReader;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.numeric.EnvironmentCheck;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.numeric.MaskCheck;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * A policy that acts and no longer learns, on the networks of the trainer. It takes raw
 * observations, returns actions in the environment's terms, and normalises as it did when it was
 * saved.
 *
 * <p>An instance can be used by many threads; their calls are executed one at a time. A service
 * that acts on many threads in parallel uses {@code org.ppo4j.policy.Policy}, which does not need
 * the trainer.
 */
public final class TrainedPolicy implements AutoCloseable {
  static final byte[] NO_MASKS = {};
  private static final Memory NOTHING = new Memory(0, 0, 0);

  private final EnvSpec env;
  private final FeatureTransform transform;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final @Nullable String ownDistribution;
  private final ActionEncoder actionEncoder;
  private final ActionConfig actionConfig;
  private final int observationSize;
  private final int actionSize;
  private final int maskSize;
  private int rowCapacity;
  private final ImageReader reader;
  private byte[] images = {};
  private float[] features = {};
  private float[] outputs = {};
  private float[] actions = {};
  private final MaskCheck maskCheck;
  private boolean closed;

  /**
   * Reads a policy from a checkpoint file. It runs on the engine that it was trained on.
   *
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the file is missing, truncated,
   *     corrupt or of another format
   * @throws IllegalArgumentException if its networks are of a class that is not on the class path
   */
  public static TrainedPolicy load(Path checkpoint) {
    return of(Checkpoint.read(checkpoint));
  }

  /** Returns the policy in {@code checkpoint}. */
  public static TrainedPolicy of(Checkpoint checkpoint) {
    RunConfig run = checkpoint.run();
    EnvSpec env =
        new EnvSpec(
                run.env(),
                checkpoint.observationSpace(),
                checkpoint.actionSpace(),
                0,
                run.envKwargs(),
                checkpoint.versions())
            .withMasksActions(checkpoint.masksActions())
            .withCriticOnly(checkpoint.criticOnly());
    String className = run.network();
    return of(checkpoint, env, className == null ? null : ActorCritics.factory(className));
  }

  /**
   * Returns the policy in {@code checkpoint}.
   *
   * @param env the environment it was trained on
   * @param factory what makes its networks; null for MLPs of the engine
   */
  public static TrainedPolicy of(
      Checkpoint checkpoint, EnvSpec env, @Nullable NetworkFactory factory) {
    RunConfig run = checkpoint.run();
    PpoConfig config = run.hyperparameters();
    NetworkSpec spec = PolicyNetwork.spec(env, run.algorithm(), config, factory);
    PolicyNetwork.requireParameters(checkpoint.state(), spec, factory);
    ActorCritic network = ActorCritics.create(run.engine(), factory, spec, 1);
    return new TrainedPolicy(env, config, network, factory, checkpoint.state());
  }

  /**
   * Makes a policy from a checkpoint's arrays.
   *
   * @param env the environment it was trained on
   * @param config the hyperparameters it was trained with
   * @param network its networks, whose parameters are overwritten; closed with the policy
   * @param state the checkpoint's arrays
   * @throws IllegalArgumentException if the arrays do not fit the environment and the configuration
   * @throws NonFiniteException if parameters or statistics are not finite
   */
  public TrainedPolicy(EnvSpec env, PpoConfig config, ActorCritic network, TrainingState state) {
    this(env, config, network, null, state);
  }

  private TrainedPolicy(
      EnvSpec env,
      PpoConfig config,
      ActorCritic network,
      @Nullable NetworkFactory factory,
      TrainingState state) {
    this.env = env;
    this.network = MaskedActorCritic.of(network, env, config.action());
    maskSize = config.action().maskSize(env);
    float[] parameters = state.floats("network/parameters");
    try {
      transform =
          ObservationNormalizer.frozen(
              env.observationSpace(),
              network.shape().images(),
              config.normalize(),
              config.collect().numEnvs(),
              state);
      FiniteChecks.requireParameters(
          parameters, index -> "checkpoint's " + network.shape().describe(index));
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
    if (parameters.length != network.parameters().length) {
      network.close();
      throw new IllegalArgumentException(
          "the checkpoint has %d parameters, but the network it describes has %d"
              .formatted(parameters.length, network.parameters().length));
    }
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    reader = new ImageReader(network.shape(), env.observationSpace());
    actionConfig = config.action();
    distribution = ActionDistribution.of(env.actionSpace(), actionConfig, network.shape(), factory);
    ownDistribution = factory instanceof DistributionFactory ? factory.getClass().getName() : null;
    actionEncoder = new ActionEncoder(env.actionSpace(), actionConfig);
    observationSize = env.observationSpace().size();
    actionSize = env.actionSpace().size();
    maskCheck = new MaskCheck(env.actionSpace());
  }

  /**
   * Returns the most probable action.
   *
   * @param observation a raw observation, {@code [O]}
   * @return the action in the environment's terms, {@code [A]}
   * @throws IllegalArgumentException if the observation has another length, is not finite, is not a
   *     value of a discrete space, or is so large that the network's outputs are not finite; or if
   *     the policy {@linkplain #masksActions masks actions}
   * @throws IllegalStateException if the policy is closed, or remembers what it saw, so that it
   *     acts in a {@link #session} only
   */
  public double[] act(double[] observation) {
    if (observation.length != observationSize) {
      throw new IllegalArgumentException(
          "an observation has %d numbers, but got %d"
              .formatted(observationSize, observation.length));
    }
    double[] action = new double[actionSize];
    act(observation, 1, action);
    return action;
  }

  /**
   * Chooses the most probable actions.
   *
   * @param observations raw observations, {@code [rows, O]}
   * @param rows the number of observations, at least 0
   * @param out receives the actions, {@code [rows, A]}
   * @throws IllegalArgumentException if an array is shorter, or an observation cannot be used, as
   *     {@link #act(double[])} describes
   * @throws IllegalStateException as {@link #act(double[])} throws it
   */
  public void act(double[] observations, int rows, double[] out) {
    act(observations, NO_MASKS, rows, out);
  }

  /**
   * Chooses the most probable valid actions; otherwise as {@link #act(double[], int, double[])}.
   *
   * @param masks which actions are valid, {@code [rows, M]}, with M of {@link Space#maskSize}: 0
   *     for a value that is not valid. Not read unless the policy {@linkplain #masksActions masks
   *     actions}
   * @throws IllegalArgumentException also if a mask is missing or leaves no valid action
   */
  public void act(double[] observations, byte[] masks, int rows, double[] out) {
    act(observations, masks, rows, out, none());
  }

  synchronized void act(
      double[] observations, byte[] masks, int rows, double[] out, Memory memory) {
    forward(observations, masks, rows, out, memory);
    distribution.mode(outputs, rows, actions);
    actionEncoder.encode(actions, rows, out);
  }

  /**
   * Draws actions as in training, with noise that is drawn in each call; otherwise as {@link
   * #act(double[], int, double[])}.
   */
  public void sample(double[] observations, int rows, UniformRandomProvider random, double[] out) {
    sample(observations, NO_MASKS, rows, random, out);
  }

  /**
   * Draws valid actions as in training; otherwise as {@link #act(double[], byte[], int, double[])}.
   */
  public void sample(
      double[] observations, byte[] masks, int rows, UniformRandomProvider random, double[] out) {
    sample(observations, masks, rows, random, out, none());
  }

  synchronized void sample(
      double[] observations,
      byte[] masks,
      int rows,
      UniformRandomProvider random,
      double[] out,
      Memory memory) {
    forward(observations, masks, rows, out, memory);
    distribution.drawNoise(rows, network.parameters(), random);
    distribution.sample(outputs, rows, network.parameters(), random, actions);
    actionEncoder.encode(actions, rows, out);
  }

  /**
   * Begins to act in some environments, all of which start an episode.
   *
   * @param rows the number of environments, at least 1
   */
  public PolicySession session(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(
          "a session needs at least 1 environment, but got %d".formatted(rows));
    }
    return new PolicySession(this, rows);
  }

  private Memory none() {
    if (network.shape().stateSize() > 0) {
      throw new IllegalStateException(
          "this policy remembers what it saw in an episode; act in a session, which"
              + " TrainedPolicy.session begins");
    }
    return NOTHING;
  }

  /**
   * Returns the description of the environment that it was trained on. Of a policy that was read
   * from a file, the step limit is not known.
   */
  public EnvSpec env() {
    return env;
  }

  /** Returns the network, which knows nothing of masks, for export. */
  public ActorCritic network() {
    return MaskedActorCritic.unmasked(network);
  }

  /** Returns whether the policy masks invalid actions, so that it acts with masks only. */
  public boolean masksActions() {
    return maskSize > 0;
  }

  /** Returns what maps observations to features, for export. */
  public FeatureTransform transform() {
    return transform;
  }

  /** Returns the distribution of continuous actions, and their bounds, for export. */
  public ActionConfig actionConfig() {
    return actionConfig;
  }

  /** Returns the class of a program's own distribution of actions; null if it has none. */
  public @Nullable String ownDistribution() {
    return ownDistribution;
  }

  private void forward(double[] observations, byte[] masks, int rows, double[] out, Memory memory) {
    if (closed) {
      throw new IllegalStateException("the policy is closed");
    }
    requireLength("observations", observations, rows, observationSize);
    requireLength("actions", out, rows, actionSize);
    requireUsable(observations, rows);
    requireMasks(masks, rows);
    int stride = network.rowSize();
    if (rows > rowCapacity) {
      rowCapacity = rows;
      features = new float[rows * stride];
      images = new byte[rows * reader.size()];
      outputs = new float[rows * network.shape().policyOutputs()];
      actions = new float[rows * distribution.actionSize()];
    }
    if (rows == 0) {
      return;
    }
    transform.apply(observations, rows, features, stride);
    for (int i = 0; i < rows * maskSize; i++) {
      features[i / maskSize * stride + transform.features() + i % maskSize] = masks[i];
    }
    reader.read(observations, 0, rows, images, 0);
    network.images(images);
    network.memory(memory);
    network.policy(features, rows, outputs);
    int size = network.shape().policyOutputs();
    for (int i = 0; i < rows * size; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw new IllegalArgumentException(
            "observation %d has numbers so large that output %d of the network is %s; give numbers such as the policy was trained on"
                .formatted(i / size, i % size, outputs[i]));
      }
    }
  }

  private void requireMasks(byte[] masks, int rows) {
    if (maskSize == 0) {
      return;
    }
    if (masks.length < (long) rows * maskSize) {
      throw new IllegalArgumentException(
          "the policy was trained with masks of actions and needs %d flags for each of %d observations, but got %d"
              .formatted(maskSize, rows, masks.length));
    }
    int row = maskCheck.firstWithoutValid(masks, rows);
    if (row >= 0) {
      throw new IllegalArgumentException(
          "the mask of observation %d leaves no valid action, but needs at least one"
              .formatted(row));
    }
  }

  private void requireUsable(double[] observations, int rows) {
    for (int i = 0; i < rows * observationSize; i++) {
      if (!Double.isFinite(observations[i])) {
        throw new IllegalArgumentException(
            "number %d of observation %d is %s, but must be finite"
                .formatted(i % observationSize, i / observationSize, observations[i]));
      }
    }
    Space space = env.observationSpace();
    if (!(space instanceof Space.Box)) {
      for (int row = 0; row < rows; row++) {
        if (!EnvironmentCheck.hasChoices(space, observations, row * observationSize)) {
          throw new IllegalArgumentException(
              "observation %d is not a value of %s".formatted(row, space));
        }
      }
    }
  }

  private static void requireLength(String name, double[] array, int rows, int size) {
    if (rows < 0 || array.length < (long) rows * size) {
      throw new IllegalArgumentException(
          "%d rows of %s need %d numbers each, but the array has %d"
              .formatted(rows, name, size, array.length));
    }
  }

  /** Closes the networks; a later call to act is refused. Closing twice has no effect. */
  @Override
  public synchronized void close() {
    closed = true;
    network.close();
  }
}
