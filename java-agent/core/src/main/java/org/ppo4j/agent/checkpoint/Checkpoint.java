package org.ppo4j.agent.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.files.Storage;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * A training at one step: its configuration, its state and its provenance.
 *
 * <p>The file is a zip with {@code manifest.json} and one entry of raw little-endian numbers for
 * each array, so that it can be inspected with {@code unzip} and read with {@code
 * numpy.frombuffer}; {@code docs/file-format.md} describes it. {@code org.ppo4j.policy} loads the
 * same file. A file with its final name is always complete, see {@link AtomicFile}.
 *
 * @param run the configuration of the run
 * @param observationSpace the space of one sub-environment's observation
 * @param actionSpace the space of one sub-environment's action
 * @param network the networks
 * @param versions the versions of the libraries that step the environment, by name
 * @param globalStep environment steps taken so far
 * @param provenance the program that wrote it, and where and when
 * @param state parameters, optimiser, normalisers, generators, counters
 */
public record Checkpoint(
    RunConfig run,
    Space observationSpace,
    Space actionSpace,
    NetworkDescription network,
    Map<String, String> versions,
    long globalStep,
    Provenance provenance,
    TrainingState state) {

  /** The array with the lines of {@link EnvSpec#parts}, if there are any. */
  public static final String PARTS = "environment/parts";

  /** The array that says that the policy masks invalid actions; absent if it does not. */
  public static final String MASKS = "policy/action_masks";

  /** The array with {@link EnvSpec#criticOnly}; absent if it is 0. */
  public static final String CRITIC_ONLY = "environment/critic_only";

  /**
   * Writes this checkpoint; an existing {@code file} is replaced.
   *
   * @throws UncheckedIOException if it cannot be written; {@code file} is then either unchanged or
   *     completely replaced
   */
  public void write(Path file) {
    write(Storage.DISK, file);
  }

  void write(Storage storage, Path file) {
    write(
        storage,
        file,
        "checkpoint",
        new Manifest.Training(run, versions, globalStep, provenance),
        state.arrays());
  }

  /** Returns why {@link #writePolicy} cannot write the policy, a sentence; null if it can. */
  public @Nullable String policyRefusal() {
    return network.type().equals(NetworkDescription.CLASS)
        ? "a policy with parts of the class %s cannot be written for ppo4j-policy, because it runs the engines' networks and distributions only; its checkpoint runs with TrainedPolicy"
            .formatted(network.factory())
        : null;
  }

  /**
   * Writes only the policy, for {@code org.ppo4j.policy}; an existing {@code file} is replaced.
   *
   * @throws IllegalArgumentException if its networks or distribution are a program's
   * @throws UncheckedIOException if it cannot be written; {@code file} is then either unchanged or
   *     completely replaced
   */
  public void writePolicy(Path file) {
    String refusal = policyRefusal();
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    Map<String, Object> arrays = new LinkedHashMap<>(state.arrays());
    arrays.keySet().retainAll(Manifest.POLICY_ARRAYS);
    write(Storage.DISK, file, "policy", null, arrays);
  }

  private void write(
      Storage storage,
      Path file,
      String what,
      Manifest.@Nullable Training training,
      Map<String, Object> arrays) {
    try {
      AtomicFile.write(
          storage,
          file,
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            writeEntries(zip, training, arrays);
            zip.finish();
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the %s %s".formatted(what, file), e);
    }
  }

  /**
   * Reads and verifies a checkpoint.
   *
   * @throws CheckpointException if {@code file} does not exist or is truncated, corrupted, of
   *     another format or not a checkpoint
   */
  public static Checkpoint read(Path file) {
    return CheckpointReader.read(file);
  }

  /** Returns whether the policy masks invalid actions, so that it acts with masks only. */
  public boolean masksActions() {
    return state.has(MASKS);
  }

  /** Returns {@link EnvSpec#criticOnly} of the training's environment. */
  public int criticOnly() {
    return state.has(CRITIC_ONLY) ? (int) state.longs(CRITIC_ONLY, 1)[0] : 0;
  }

  /** Returns a copy with another state. */
  public Checkpoint withState(TrainingState another) {
    return new Checkpoint(
        run, observationSpace, actionSpace, network, versions, globalStep, provenance, another);
  }

  /**
   * Requires that {@code env} has the spaces of this training, the parts of these in the same
   * order, and masks of actions if the policy needs them.
   *
   * @throws CheckpointException if it does not
   */
  public void requireSpacesOf(EnvSpec env) {
    if (!observationSpace.equals(env.observationSpace())
        || !actionSpace.equals(env.actionSpace())) {
      throw new CheckpointException(
          "%s has observations %s and actions %s, but the policy was trained on %s and %s"
              .formatted(
                  env.id(),
                  env.observationSpace(),
                  env.actionSpace(),
                  observationSpace,
                  actionSpace),
          false);
    }
    if (masksActions() && !env.masksActions()) {
      throw new CheckpointException(
          "%s does not say which actions are valid, but the policy was trained with masks of actions: expected the same environment, wrappers included"
              .formatted(env.id()),
          false);
    }
    if (criticOnly() != env.criticOnly()) {
      throw new CheckpointException(
          "%s has %d numbers of an observation for critics only, but the policy was trained with %d: expected the same environment, --critic-observation included"
              .formatted(env.id(), env.criticOnly(), criticOnly()),
          false);
    }
    if (state.has(PARTS)) {
      List<String> trained =
          new String(state.bytes(PARTS), StandardCharsets.UTF_8).lines().toList();
      if (!trained.equals(env.parts())) {
        throw new CheckpointException(
            "%s has the parts %s, but the policy was trained on %s: expected the same in the same order, which an environment whose Dict comes from a set has only with the training's PYTHONHASHSEED"
                .formatted(env.id(), String.join(", ", env.parts()), String.join(", ", trained)),
            false);
      }
    }
  }

  private void writeEntries(
      ZipOutputStream zip, Manifest.@Nullable Training training, Map<String, Object> written)
      throws IOException {
    zip.setLevel(Deflater.BEST_SPEED);
    List<Manifest.Array> arrays = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (Map.Entry<String, Object> entry : written.entrySet()) {
      ArrayCodec codec = ArrayCodec.of(entry.getValue());
      byte[] bytes = codec.encode(entry.getValue());
      contents.add(bytes);
      arrays.add(
          new Manifest.Array(
              entry.getKey(), codec, bytes.length / codec.elementBytes(), ArrayCodec.crc32(bytes)));
    }
    PpoConfig config = run.hyperparameters();
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            run.algorithm(),
            new Manifest.Policy(
                observationSpace,
                actionSpace,
                network,
                config.action().actionHead(),
                config.action().actionBounds(),
                state.has(Manifest.OBSERVATION_MEAN),
                config.normalize().clipObs()),
            training,
            arrays);
    put(zip, CheckpointReader.MANIFEST, Json.MAPPER.writeValueAsBytes(manifest));
    for (int i = 0; i < contents.size(); i++) {
      put(zip, arrays.get(i).entry(), contents.get(i));
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
