package org.ppo4j.agent.policy;

import java.nio.file.Path;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionEncoder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;

/**
 * A policy that acts and no longer learns, on the networks of the trainer: raw observations in,
 * actions in the environment's terms out, the normalizer frozen as it was saved.
 *
 * <p>An instance may be used by many threads; they act one after the other. A service that acts on
 * many threads at once uses {@code org.ppo4j.policy.Policy}, which needs none of the trainer.
 */
public final class TrainedPolicy implements AutoCloseable {
  private final EnvSpec env;
  private final FeatureTransform transform;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final ActionEncoder actionEncoder;
  private final ActionBounds actionBounds;
  private final int observationSize;
  private final int actionSize;
  private int rowCapacity;
  private float[] features = {};
  private float[] outputs = {};
  private float[] actions = {};
  private boolean closed;

  /**
   * Reads a policy from a checkpoint file; it runs on the engine it was trained on.
   *
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the file is missing, truncated,
   *     corrupt or of another format
   * @throws IllegalArgumentException if its networks are of a class that is not on the class path
   */
  public static TrainedPolicy load(Path checkpoint) {
    return of(Checkpoint.read(checkpoint));
  }

  /** Takes the policy out of {@code checkpoint}. */
  public static TrainedPolicy of(Checkpoint checkpoint) {
    RunConfig run = checkpoint.run();
    EnvSpec env =
        new EnvSpec(
            run.env(),
            checkpoint.observationSpace(),
            checkpoint.actionSpace(),
            0,
            run.envKwargs(),
            checkpoint.versions());
    String className = run.network();
    return of(checkpoint, env, className == null ? null : ActorCritics.factory(className));
  }

  /**
   * Takes the policy out of {@code checkpoint}.
   *
   * @param env the environment it was trained on
   * @param factory what makes its networks; null for MLPs of the engine
   */
  public static TrainedPolicy of(
      Checkpoint checkpoint, EnvSpec env, @Nullable NetworkFactory factory) {
    RunConfig run = checkpoint.run();
    PpoConfig config = run.hyperparameters();
    NetworkSpec spec = PolicyNetwork.spec(env, config);
    ActorCritic network =
        factory == null
            ? ActorCritics.create(run.engine(), spec)
            : ActorCritics.create(factory, spec, 1);
    return new TrainedPolicy(env, config, network, checkpoint.state());
  }

  /**
   * Takes a policy out of a checkpoint's arrays.
   *
   * @param env the environment it was trained on
   * @param config the hyperparameters it was trained with
   * @param network what runs it, of any parameters; closed with the policy
   * @param state the checkpoint's arrays
   * @throws IllegalArgumentException if the arrays do not fit the environment and the configuration
   */
  public TrainedPolicy(EnvSpec env, PpoConfig config, ActorCritic network, TrainingState state) {
    this.env = env;
    this.network = network;
    ObservationNormalizer normalizer =
        new ObservationNormalizer(
            env.observationSpace(), config.normalize(), config.collect().numEnvs());
    normalizer.restore(state);
    transform = normalizer.frozen();
    float[] parameters = state.floats("network/parameters");
    if (parameters.length != network.parameters().length) {
      network.close();
      throw new IllegalArgumentException(
          "the checkpoint has %d parameters, but the network it describes has %d"
              .formatted(parameters.length, network.parameters().length));
    }
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    actionBounds = config.action().actionBounds();
    distribution =
        ActionDistribution.of(env.actionSpace(), actionBounds, network.spec().logStdOffset());
    actionEncoder = new ActionEncoder(env.actionSpace(), actionBounds);
    observationSize = env.observationSpace().size();
    actionSize = env.actionSpace().size();
  }

  /**
   * Returns the most probable action.
   *
   * @param observation a raw observation, {@code [O]}
   * @return the action in the environment's terms, {@code [A]}
   * @throws IllegalArgumentException if the observation has another length or is not finite
   * @throws IllegalStateException if the policy is closed
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
   * @param rows how many there are
   * @param out receives the actions, {@code [rows, A]}
   * @throws IllegalArgumentException if an array is shorter than that, or an observation is not
   *     finite
   * @throws IllegalStateException if the policy is closed
   */
  public synchronized void act(double[] observations, int rows, double[] out) {
    forward(observations, rows, out);
    distribution.mode(outputs, rows, actions);
    actionEncoder.encode(actions, rows, out);
  }

  /** Draws actions as training does; otherwise as {@link #act(double[], int, double[])}. */
  public synchronized void sample(
      double[] observations, int rows, UniformRandomProvider random, double[] out) {
    forward(observations, rows, out);
    distribution.sample(outputs, rows, network.parameters(), random, actions);
    actionEncoder.encode(actions, rows, out);
  }

  /** Returns the environment it was trained on; its step limit is not known to a checkpoint. */
  public EnvSpec env() {
    return env;
  }

  /** Returns the network, for export. */
  public ActorCritic network() {
    return network;
  }

  /** Returns what is done to observations, for export. */
  public FeatureTransform transform() {
    return transform;
  }

  /** Returns how continuous actions are kept within their bounds, for export. */
  public ActionBounds actionBounds() {
    return actionBounds;
  }

  private void forward(double[] observations, int rows, double[] out) {
    if (closed) {
      throw new IllegalStateException("the policy is closed");
    }
    requireLength("observations", observations, rows, observationSize);
    requireLength("actions", out, rows, actionSize);
    for (int i = 0; i < rows * observationSize; i++) {
      if (!Double.isFinite(observations[i])) {
        throw new IllegalArgumentException(
            "number %d of observation %d is %s, but must be finite"
                .formatted(i % observationSize, i / observationSize, observations[i]));
      }
    }
    if (rows > rowCapacity) {
      rowCapacity = rows;
      features = new float[rows * transform.features()];
      outputs = new float[rows * network.spec().policyOutputs()];
      actions = new float[rows * distribution.actionSize()];
    }
    transform.apply(observations, rows, features);
    network.policy(features, rows, outputs);
  }

  private static void requireLength(String name, double[] array, int rows, int size) {
    if (rows < 0 || array.length < (long) rows * size) {
      throw new IllegalArgumentException(
          "%d rows of %s need %d numbers each, but the array has %d"
              .formatted(rows, name, size, array.length));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    network.close();
  }
}
