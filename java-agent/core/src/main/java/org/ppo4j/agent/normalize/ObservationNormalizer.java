package org.ppo4j.agent.normalize;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * Turns observations into features during training: choices become one-hot; other observations are
 * normalised by their running mean and variance and clipped (details 28 and 29) if configured.
 *
 * <p>With statistics per environment it does what CleanRL's wrappers do: final observations update
 * the statistics too. Shared statistics are updated only by the observations that the policy acts
 * on, as in SB3's {@code VecNormalize}: at each step or, so that actors on several machines can act
 * without each other, at the end of a rollout. What each environment adds in a rollout is summed up
 * by itself and merged in their order, so that the result does not depend on which machine steps
 * which environment.
 *
 * <p>A row of features is followed by the mask of the action, if actions are masked.
 */
public final class ObservationNormalizer {
  private final ObservationEncoder encoder;
  private final int numEnvs;
  private final boolean perEnv;
  private final double clip;

  /** One element for each environment, one for all environments, or none. */
  private final RunningMeanStd[] statistics;

  /**
   * What each environment has added since the last rollout, if shared statistics change between
   * rollouts only; empty otherwise.
   */
  private RunningMeanStd[] pending;

  /** What each environment added in the last rollout. */
  private RunningMeanStd[] ended;

  private final double[] encoded;

  /** M, the flags of a mask behind the features; 0 for none. */
  private final int maskSize;

  /** Whether {@link #widening} has reported something, which it does once. */
  private boolean reported;

  /** The environment and the number that widened a deviation, if one did. */
  private int widenedEnv = -1;

  private double widenedBy;

  /** Starts with observations of {@code space} from {@code numEnvs} environments. */
  public ObservationNormalizer(Space space, NormalizeConfig config, int numEnvs) {
    this(space, List.of(), config, numEnvs);
  }

  /**
   * Starts with observations of {@code space}, which are images if there are any.
   *
   * @param images the images that the space is; those of bytes are not features
   */
  public ObservationNormalizer(
      Space space, List<ImageInput> images, NormalizeConfig config, int numEnvs) {
    this(space, images, config, numEnvs, 0);
  }

  /**
   * Starts with observations of {@code space} that masks of actions follow.
   *
   * @param maskSize M, the flags of a mask; 0 for none
   */
  public ObservationNormalizer(
      Space space, List<ImageInput> images, NormalizeConfig config, int numEnvs, int maskSize) {
    this.maskSize = maskSize;
    encoder = new ObservationEncoder(space, images);
    this.numEnvs = numEnvs;
    perEnv = config.normalizerPerEnv();
    clip = config.clipObs();
    boolean normalizes = normalizes(encoder, config);
    statistics = new RunningMeanStd[normalizes ? (perEnv ? numEnvs : 1) : 0];
    for (int i = 0; i < statistics.length; i++) {
      statistics[i] = new RunningMeanStd(encoder.features());
    }
    boolean waits = normalizes && !perEnv && config.normalizerPerRollout();
    pending = empty(waits ? numEnvs : 0, encoder.features());
    ended = empty(pending.length, encoder.features());
    encoded = new double[numEnvs * encoder.features()];
  }

  private static RunningMeanStd[] empty(int count, int features) {
    RunningMeanStd[] empty = new RunningMeanStd[count];
    Arrays.setAll(empty, i -> RunningMeanStd.empty(features));
    return empty;
  }

  /**
   * Returns whether observations of {@code space} are normalised by statistics that all
   * environments share.
   *
   * @param images the images that the space is, if there are any
   */
  public static boolean shares(Space space, List<ImageInput> images, NormalizeConfig config) {
    return normalizes(new ObservationEncoder(space, images), config) && !config.normalizerPerEnv();
  }

  /**
   * Returns the number of features of observations of {@code space}.
   *
   * @throws IllegalArgumentException if an array cannot hold them
   */
  public static int features(Space space) {
    return features(space, List.of());
  }

  /** Returns the number of features of observations that are images, if there are any. */
  public static int features(Space space, List<ImageInput> images) {
    return new ObservationEncoder(space, images).features();
  }

  private static boolean normalizes(ObservationEncoder encoder, NormalizeConfig config) {
    return config.normObs() && encoder.isIdentity() && encoder.features() > 0;
  }

  /**
   * Returns the transform of a policy from the statistics that {@link #save} put into {@code
   * state}, which are read one after the other.
   *
   * @param images the images that the space is, if there are any
   * @throws IllegalArgumentException if statistics are missing or of another size
   */
  public static FeatureTransform frozen(
      Space space,
      List<ImageInput> images,
      NormalizeConfig config,
      int numEnvs,
      TrainingState state) {
    ObservationEncoder encoder = new ObservationEncoder(space, images);
    if (!normalizes(encoder, config)) {
      return new FeatureTransform(encoder, null, config.clipObs());
    }
    RunningMeanStd pooled = new RunningMeanStd(encoder.features());
    for (int i = 0; i < (config.normalizerPerEnv() ? numEnvs : 1); i++) {
      RunningMeanStd each = new RunningMeanStd(encoder.features());
      each.restore(state, "observations/" + i);
      pooled.merge(each);
    }
    return new FeatureTransform(encoder, pooled, config.clipObs());
  }

  /** Returns F, the number of features. */
  public int features() {
    return encoder.features();
  }

  /** Returns F + M, the numbers of a row. */
  public int rowSize() {
    return encoder.features() + maskSize;
  }

  /**
   * Adds the first observations of episodes to the statistics and writes their features and masks
   * to {@code out [N, F + M]}.
   */
  public void reset(StepBatch batch, float[] out) {
    encoder.encode(batch.observations, numEnvs, encoded);
    if (statistics.length > 0 && !perEnv && pending.length == 0) {
      statistics[0].update(encoded, 0, numEnvs);
      noteWidening(statistics[0], 0, numEnvs);
    }
    for (int env = 0; env < pending.length; env++) {
      pending[env].update(encoded, env, 1);
    }
    for (int env = 0; env < numEnvs; env++) {
      if (statistics.length > 0 && perEnv) {
        statistics[env].update(encoded, env, 1);
        noteWidening(statistics[env], env, 1);
      }
      write(env, out);
    }
    writeMasks(batch, out);
  }

  private void writeMasks(StepBatch batch, float[] out) {
    for (int i = 0; i < numEnvs * maskSize; i++) {
      out[i / maskSize * rowSize() + features() + i % maskSize] = batch.actionMasks[i];
    }
  }

  /** Writes the masks of {@code rows [N, F + M]}, which were restored, to {@code batch}. */
  public void restoreMasks(float[] rows, StepBatch batch) {
    for (int i = 0; i < numEnvs * maskSize; i++) {
      batch.actionMasks[i] = (byte) rows[i / maskSize * rowSize() + features() + i % maskSize];
    }
  }

  /** Adds what a rollout's observations are to shared statistics that change between rollouts. */
  public void endRollout() {
    for (RunningMeanStd each : pending) {
      statistics[0].merge(each);
    }
    RunningMeanStd[] before = ended;
    ended = pending;
    pending = before;
    for (RunningMeanStd each : pending) {
      each.clear();
    }
  }

  /** Saves what each environment added in the last rollout, under {@code moments/}. */
  public void saveRollout(TrainingState state) {
    for (int env = 0; env < ended.length; env++) {
      ended[env].save(state, "moments/" + env);
    }
  }

  /**
   * Adds what {@link #saveRollout} of an actor saved to shared statistics that change between
   * rollouts; called for all actors in the order of their environments.
   *
   * @param environments how many the actor steps
   */
  public void addRollout(TrainingState state, int environments) {
    if (pending.length > 0) {
      RunningMeanStd each = RunningMeanStd.empty(features());
      for (int env = 0; env < environments; env++) {
        each.restore(state, "moments/" + env);
        statistics[0].merge(each);
      }
    }
  }

  /** Notes which of {@code rows} environments from {@code first} on widened a deviation. */
  private void noteWidening(RunningMeanStd updated, int first, int rows) {
    if (updated.widened() < 0 || widenedEnv >= 0) {
      return;
    }
    for (int env = first; env < first + rows; env++) {
      double number = encoded[env * features() + updated.widened()];
      if (widenedEnv < 0 || Math.abs(number) > Math.abs(widenedBy)) {
        widenedEnv = env;
        widenedBy = number;
      }
    }
  }

  /**
   * Returns, once, the sentence on a number that multiplied the running deviation of its feature by
   * more than 100, so that the feature's ordinary values differ little from now on; null if there
   * was none.
   */
  public @Nullable String widening() {
    if (widenedEnv < 0 || reported) {
      return null;
    }
    reported = true;
    RunningMeanStd widened = statistics[perEnv ? widenedEnv : 0];
    return String.format(
        Locale.ROOT,
        "number %d of the observation of sub-environment %d was %s, where its running deviation was"
            + " %.3g: it is more than 100 times as large from now on, and the feature's ordinary"
            + " values hardly differ",
        widened.widened(),
        widenedEnv,
        widenedBy,
        widened.widenedFrom());
  }

  /** Writes the rows of observations that are not added to the statistics, {@code [N, F + M]}. */
  public void write(StepBatch batch, float[] out) {
    encoder.encode(batch.observations, numEnvs, encoded);
    for (int env = 0; env < numEnvs; env++) {
      write(env, out);
    }
    writeMasks(batch, out);
  }

  /**
   * Adds a step's observations to the statistics and writes their features.
   *
   * @param batch the step
   * @param out receives the features and masks of the observations, {@code [N, F + M]}
   * @param finalOut receives the features of final observations, {@code [N, F + M]}; only rows of
   *     environments whose episode ended are written, and no masks
   */
  public void step(StepBatch batch, float[] out, float[] finalOut) {
    boolean anyDone = false;
    for (int env = 0; env < numEnvs; env++) {
      anyDone |= batch.isDone(env);
    }
    if (anyDone) {
      encoder.encode(batch.finalObservations, numEnvs, encoded);
      for (int env = 0; env < numEnvs; env++) {
        if (batch.isDone(env)) {
          if (statistics.length > 0 && perEnv) {
            statistics[env].update(encoded, env, 1);
            noteWidening(statistics[env], env, 1);
          }
          write(env, finalOut);
        }
      }
    }
    reset(batch, out);
  }

  /** Returns the current transform; statistics per environment are pooled. */
  public FeatureTransform frozen() {
    if (statistics.length == 0) {
      return new FeatureTransform(encoder, null, clip);
    }
    RunningMeanStd pooled = new RunningMeanStd(features());
    for (RunningMeanStd each : statistics) {
      pooled.merge(each);
    }
    return new FeatureTransform(encoder, pooled, clip);
  }

  /**
   * Saves the statistics under {@code observations/}, and those of {@link #frozen}, which a policy
   * acts with, under {@code policy/}.
   */
  public void save(TrainingState state) {
    RunningMeanStd pooled = frozen().statistics();
    if (pooled != null) {
      pooled.saveMoments(state, "policy/observation_mean", "policy/observation_variance");
    }
    for (int i = 0; i < statistics.length; i++) {
      statistics[i].save(state, "observations/" + i);
    }
  }

  /** Restores the statistics from {@code observations/}. */
  public void restore(TrainingState state) {
    for (int i = 0; i < statistics.length; i++) {
      statistics[i].restore(state, "observations/" + i);
    }
  }

  private void write(int env, float[] out) {
    RunningMeanStd row = statistics.length == 0 ? null : statistics[perEnv ? env : 0];
    FeatureTransform.write(row, clip, encoded, env, features(), out, rowSize());
  }
}
