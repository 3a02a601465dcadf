package org.ppo4j.agent.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/**
 * The entry {@code manifest.json} of a checkpoint file.
 *
 * @param formatVersion the version of the file's layout, {@link #FORMAT_VERSION}
 * @param algorithm the id of the algorithm that trained it
 * @param policy what a program needs to act
 * @param training what a program needs to continue the training; null in a policy file
 * @param arrays the other entries of the file
 */
record Manifest(
    int formatVersion,
    Algorithm algorithm,
    Policy policy,
    @Nullable Training training,
    List<Array> arrays) {

  /**
   * The version of the layout. It increases when an older program could misread a file, but not for
   * new hyperparameters: a reader uses the defaults of those that a file lacks and refuses by name
   * those that it does not know.
   */
  static final int FORMAT_VERSION = 4;

  /**
   * The array of the frozen mean of each feature, {@code [F]}; present only if features are
   * normalised.
   */
  static final String OBSERVATION_MEAN = "policy/observation_mean";

  /** The arrays that acting needs, those of normalisation if features are normalised. */
  static final Set<String> POLICY_ARRAYS =
      Set.of("network/parameters", OBSERVATION_MEAN, "policy/observation_variance");

  /**
   * What a program needs to act, in addition to the arrays {@code network/parameters}, {@code
   * policy/observation_mean} and {@code policy/observation_variance}.
   *
   * @param observationSpace the space of one sub-environment's observation
   * @param actionSpace the space of one sub-environment's action
   * @param network the networks
   * @param actionHead the distribution of continuous actions; {@code gaussian} if a file lacks it
   * @param actionBounds how continuous actions are kept within their bounds
   * @param normalizeObservations whether features are normalised
   * @param clipObservations bound of normalised features
   */
  record Policy(
      Space observationSpace,
      Space actionSpace,
      NetworkDescription network,
      ActionHead actionHead,
      ActionBounds actionBounds,
      boolean normalizeObservations,
      double clipObservations) {}

  /**
   * What a program needs to continue the training, in addition to the arrays.
   *
   * @param run the configuration of the run
   * @param versions the versions of the libraries that step the environment, by name
   * @param globalStep environment steps taken so far
   * @param provenance the program that wrote the file, and where and when
   */
  record Training(
      RunConfig run, Map<String, String> versions, long globalStep, Provenance provenance) {}

  /**
   * One array of the state, the entry {@code arrays/<name>}: raw elements, little-endian.
   *
   * @param name the name in the {@link TrainingState}
   * @param dtype the element type
   * @param length the number of elements
   * @param crc32 the checksum of the entry's bytes
   */
  record Array(String name, ArrayCodec dtype, int length, long crc32) {
    String entry() {
      return "arrays/" + name;
    }
  }
}
