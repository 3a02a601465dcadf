package org.ppo4j.agent.policy;

import java.nio.file.Path;
import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionEncoder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;

/**
 * A policy that acts and no longer learns: raw observations in, actions in the environment's terms
 * out, the normaliser frozen as it was saved. Confined to one thread.
 */
public final class TrainedPolicy implements AutoCloseable {
  private final EnvSpec env;
  private final FeatureTransform transform;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final ActionEncoder actionEncoder;
  private final ActionBounds actionBounds;
  private int rowCapacity;
  private float[] features = {};
  private float[] outputs = {};
  private float[] actions = {};

  /**
   * Reads a policy from a checkpoint file; it runs on the engine it was trained on.
   *
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the file is no whole checkpoint
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
    return new TrainedPolicy(env, run.hyperparameters(), run.engine(), checkpoint.state());
  }

  /**
   * Takes a policy out of a checkpoint's arrays.
   *
   * @param env the environment it was trained on
   * @param config the hyperparameters it was trained with
   * @param engine what runs its network
   * @param state the checkpoint's arrays
   * @throws IllegalArgumentException if the arrays do not fit the environment and the configuration
   */
  public TrainedPolicy(EnvSpec env, PpoConfig config, Engine engine, TrainingState state) {
    this.env = env;
    ObservationNormalizer normalizer =
        new ObservationNormalizer(
            env.observationSpace(), config.normalize(), config.collect().numEnvs());
    normalizer.restore(state);
    transform = normalizer.frozen();
    network = ActorCritics.create(engine, PolicyNetwork.spec(env, config));
    float[] parameters = state.floats("network/parameters");
    if (parameters.length != network.parameters().length) {
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
  }

  /**
   * Chooses the most probable actions.
   *
   * @param observations raw observations, {@code [rows, O]}
   * @param rows how many there are
   * @param out receives the actions, {@code [rows, A]}
   * @throws IllegalArgumentException if an array is shorter than that
   */
  public void act(double[] observations, int rows, double[] out) {
    forward(observations, rows, out);
    distribution.mode(outputs, rows, actions);
    actionEncoder.encode(actions, rows, out);
  }

  /** Draws actions as training does; otherwise as {@link #act}. */
  public void sample(double[] observations, int rows, UniformRandomProvider random, double[] out) {
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
    requireLength("observations", observations, rows, env.observationSpace().size());
    requireLength("actions", out, rows, env.actionSpace().size());
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
  public void close() {
    network.close();
  }
}
