package org.ppo4j.dl4j;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * Writes a trained policy as a DL4J model file that takes raw observations (see {@link Dl4jModel}).
 * What a graph cannot hold is in the file's entry {@value #NOTES}, which DL4J ignores.
 */
public final class PolicyExport {
  /** The entry of the model file that holds {@link Notes} as JSON. */
  public static final String NOTES = "ppo4j.json";

  private PolicyExport() {}

  /**
   * What a user of the file must know to act.
   *
   * @param environment the id of the environment the policy was trained on
   * @param observationSpace the space of the rows of the graph's input; discrete observations are
   *     one-hot. If it has parts and images among them, a row has the images of bytes first, those
   *     of floats next and all other parts last, each in their order
   * @param actionSpace the meaning of the rows of the graph's first output: the logits of each
   *     value for discrete actions, of each number in turn if there are several; the logits of ones
   *     for binary actions; what {@code actionHead} describes for continuous actions
   * @param actionHead the distribution of continuous actions and the meaning of their outputs; the
   *     latent features of {@code GSDE} are not among the outputs of the graph
   * @param actionBounds what to do with a continuous action: clip it to the bounds, squash it by
   *     tanh and scale it from (-1, 1) to the bounds, or nothing. Where the dtype of {@code
   *     actionSpace} is an integer type, round to the nearest integer first, halves to even
   * @param masksActions whether the policy was trained with masks of actions: the logits of values
   *     that are not valid are then to be left out of the choice
   * @param remembers whether the graph has LSTM layers, so that {@code rnnTimeStep} takes the
   *     observations, step by step, and {@code rnnClearPreviousState} is called where episodes
   *     start
   * @param logStd the log standard deviations that are parameters, {@code [A]}, of {@code GSDE}
   *     {@code [L, A]}; empty if there are none
   */
  public record Notes(
      String environment,
      Space observationSpace,
      Space actionSpace,
      ActionHead actionHead,
      ActionBounds actionBounds,
      boolean masksActions,
      boolean remembers,
      float[] logStd) {}

  /**
   * Writes {@code policy} to {@code file}, which is overwritten.
   *
   * @throws IllegalArgumentException if its networks are neither an engine's nor a DL4J graph, have
   *     GRU layers or a critic that sees more, or its distribution of actions is a program's own
   */
  public static void write(Path file, TrainedPolicy policy) throws IOException {
    if (policy.ownDistribution() != null) {
      throw new IllegalArgumentException(
          "a policy with the distribution of actions %s cannot be exported, because a DL4J model does not contain it; its checkpoint runs with TrainedPolicy"
              .formatted(policy.ownDistribution()));
    }
    EnvSpec env = policy.env();
    NetworkShape spec = policy.network().shape();
    float[] parameters = policy.network().parameters();
    Dl4jModel.Normalization normalization = normalization(policy.transform());
    if (spec instanceof NetworkSpec critic && critic.criticOnly() > 0) {
      throw new IllegalArgumentException(
          "a policy whose critic sees more than it does cannot be exported as a DL4J model;"
              + " export it with --onnx or --policy, which hold the actor alone");
    }
    if (spec instanceof NetworkSpec engines) {
      Dl4jModel.write(file, engines, parameters, normalization);
    } else if (policy.network() instanceof Dl4jActorCritic dl4j) {
      Dl4jModel.write(file, dl4j.graph(), spec.inputs(), normalization);
    } else {
      throw new IllegalArgumentException(
          "a network of %s cannot be exported, because it is neither an MLP nor a DL4J graph; its checkpoint runs with TrainedPolicy"
              .formatted(policy.network().getClass().getName()));
    }
    int logStd = spec.logStdOffset();
    Notes notes =
        new Notes(
            env.id(),
            env.observationSpace(),
            env.actionSpace(),
            policy.actionConfig().actionHead(),
            policy.actionConfig().actionBounds(),
            policy.masksActions(),
            spec.stateSize() > 0,
            Arrays.copyOfRange(parameters, logStd, logStd + spec.logStdSize()));
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.write(zip.getPath(NOTES), Json.MAPPER.writeValueAsBytes(notes));
    }
  }

  private static Dl4jModel.@Nullable Normalization normalization(FeatureTransform transform) {
    RunningMeanStd statistics = transform.statistics();
    if (statistics == null || transform.features() == 0) { // an image of bytes alone
      return null;
    }
    double[] mean = new double[transform.features()];
    double[] deviation = new double[transform.features()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = statistics.mean(i);
      deviation[i] = Math.sqrt(statistics.variance(i) + FeatureTransform.EPSILON);
    }
    return new Dl4jModel.Normalization(mean, deviation, transform.clip());
  }
}
