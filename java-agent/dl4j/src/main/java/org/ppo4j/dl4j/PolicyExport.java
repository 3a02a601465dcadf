package org.ppo4j.dl4j;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * Writes a trained policy as a DL4J model file that takes raw observations (see {@link Dl4jModel}).
 * What a graph cannot hold stands beside it in the file as {@value #NOTES}, which DL4J ignores.
 */
public final class PolicyExport {
  /** The entry of the model file that holds {@link Notes} as JSON. */
  public static final String NOTES = "ppo4j.json";

  private PolicyExport() {}

  /**
   * What a user of the file must know to act.
   *
   * @param environment the id of the environment the policy was trained on
   * @param observationSpace what a row of the input {@code observation} is a value of; choices
   *     enter one-hot
   * @param actionSpace how to read a row of the output {@code policy}: logits of each value for
   *     discrete actions, of each number in turn if there are several; logits of a one for binary
   *     ones; the means of continuous ones
   * @param actionBounds what to do with a continuous action: clip it to the bounds, squash it by
   *     tanh and scale it from (-1, 1) to the bounds, or nothing
   * @param logStd the log standard deviations of continuous actions; empty for others
   */
  public record Notes(
      String environment,
      Space observationSpace,
      Space actionSpace,
      ActionBounds actionBounds,
      float[] logStd) {}

  /**
   * Writes {@code policy} to {@code file}, which is overwritten.
   *
   * @throws IllegalArgumentException if its network is no MLP
   */
  public static void write(Path file, TrainedPolicy policy) throws IOException {
    if (!(policy.network().spec() instanceof NetworkSpec spec)) {
      throw new IllegalArgumentException(
          "only policies that are MLPs can be exported; save a graph of your own by DL4J itself");
    }
    EnvSpec env = policy.env();
    float[] parameters = policy.network().parameters();
    Dl4jModel.write(file, spec, parameters, normalization(policy.transform()));
    int logStd = spec.logStdOffset();
    Notes notes =
        new Notes(
            env.id(),
            env.observationSpace(),
            env.actionSpace(),
            policy.actionBounds(),
            Arrays.copyOfRange(parameters, logStd, logStd + spec.logStdSize()));
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.write(zip.getPath(NOTES), Json.MAPPER.writeValueAsBytes(notes));
    }
  }

  private static Dl4jModel.@Nullable Normalization normalization(FeatureTransform transform) {
    RunningMeanStd statistics = transform.statistics();
    if (statistics == null) {
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
