package org.ppo4j.agent.checkpoint;

import java.util.List;
import java.util.Map;
import org.ppo4j.agent.run.Provenance;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/**
 * The entry {@code manifest.json} of a checkpoint file.
 *
 * @param formatVersion the version of the file's layout, {@link #FORMAT_VERSION}
 * @param run what the user decided
 * @param observationSpace the space of one sub-environment's observation
 * @param actionSpace the space of one sub-environment's action
 * @param versions the versions of what steps the environment, by name
 * @param globalStep environment steps taken so far
 * @param provenance what wrote the file
 * @param arrays the other entries of the file
 */
record Manifest(
    int formatVersion,
    RunConfig run,
    Space observationSpace,
    Space actionSpace,
    Map<String, String> versions,
    long globalStep,
    Provenance provenance,
    List<Array> arrays) {

  /** Counts up with every change of the layout, a new hyperparameter among them. */
  static final int FORMAT_VERSION = 3;

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
