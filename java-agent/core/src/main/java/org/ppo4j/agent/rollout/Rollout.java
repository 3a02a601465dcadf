package org.ppo4j.agent.rollout;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.state.TrainingState;

/**
 * T steps of N environments in arrays of {@code [T, N]}; row {@code t * N + n} is step t of
 * environment n. {@link Collector} and {@code GeneralizedAdvantage} write the arrays; the update
 * reads them.
 */
public final class Rollout {
  /** The features that the policy acted on, {@code [T, N, F]}. */
  public final float[] observations;

  /** The images of bytes that the policy acted on, {@code [T, N, P]}. */
  public final ImageRows images;

  /** Actions as sampled, before any clipping, {@code [T, N, A]}. */
  public final float[] actions;

  /** Log probabilities of the actions, {@code [T, N]}. */
  public final float[] logProbs;

  /** Values of the observations, {@code [T, N]}. */
  public final float[] values;

  /** Rewards, normalised if so configured, {@code [T, N]}. */
  public final float[] rewards;

  /** Whether the step ended its episode in a terminal state, {@code [T, N]}. */
  public final boolean[] terminated;

  /** Whether the step ended its episode by truncation, {@code [T, N]}. */
  public final boolean[] truncated;

  /** Values of final observations, {@code [T, N]}; valid where truncated and not terminated. */
  public final float[] finalValues;

  /** Values of the observations after the last step, {@code [N]}. */
  public final float[] lastValues;

  /**
   * Features of final observations, {@code [T, N, F]}, where {@link #finalValues} are valid; empty
   * unless they are valued again.
   */
  public final float[] finalObservations;

  /**
   * Features of the observations after the last step, {@code [N, F]}; empty unless they are valued
   * again.
   */
  public final float[] lastObservations;

  /** The images that belong to {@link #finalObservations}, {@code [T, N, P]}. */
  public final ImageRows finalImages;

  /** The images that belong to {@link #lastObservations}, {@code [N, P]}. */
  public final byte[] lastImages;

  /**
   * What the networks remembered before the first step, {@code [N, S]}; zeros where it starts an
   * episode; empty if they remember nothing.
   */
  public final float[] states;

  /** Advantages, {@code [T, N]}. */
  public final float[] advantages;

  /** Returns, which values predict, {@code [T, N]}. */
  public final float[] returns;

  /**
   * What the critic learns, {@code [T, N]}: {@link #returns} themselves, unless the critic predicts
   * normalised returns.
   */
  public final float[] targets;

  /**
   * The critic's outputs that {@link #values} were made of, {@code [T, N]}: the values themselves,
   * unless the critic predicts normalised returns.
   */
  public final float[] criticOutputs;

  /**
   * The actor's outputs that the actions were drawn from, {@code [T, N, D]}; empty unless the
   * algorithm needs them.
   */
  public final float[] policyOutputs;

  /** The log standard deviations that the actions were drawn with; empty for discrete actions. */
  public final float[] logStds;

  /**
   * Whether the step is not learnt from, {@code [T, N]}, because its sub-environment waited for
   * others; empty if none wait.
   */
  public final boolean[] skipped;

  /** The mean estimate of the divergence from a reference policy; NaN without one. */
  public double referenceKl = Double.NaN;

  /** The rows whose step is not known, {@code [T * N]}. */
  public final BitSet interrupted = new BitSet();

  /** A sentence on an observation that was outside its bounds, mostly null. */
  public @Nullable String finding;

  /** A sentence on a number that widened its feature's running deviation, mostly null. */
  public @Nullable String widening;

  /** How many updates the networks that collected it were behind. */
  public int lag;

  private final int numSteps;
  private final int numEnvs;
  private final int features;
  private final boolean keepsNextObservations;
  private final int actionSize;
  private final int outputs;

  /** What a rollout has in addition to the arrays that all have. */
  public static final class Builder {
    private final int numSteps;
    private final int numEnvs;
    private final int features;
    private final int actionSize;
    private int outputs;
    private int logStdSize;
    private boolean normalizesTargets;
    private boolean keepsNextObservations;
    private boolean hasSkipped;
    private List<ImageInput> images = List.of();
    private int stateSize;

    private Builder(int numSteps, int numEnvs, int features, int actionSize) {
      this.numSteps = numSteps;
      this.numEnvs = numEnvs;
      this.features = features;
      this.actionSize = actionSize;
    }

    /**
     * Keeps what the actions were drawn from.
     *
     * @param outputs D, the number of the actor's outputs; 0 if they are not kept
     * @param logStdSize the number of log standard deviations
     */
    public Builder policyOutputs(int outputs, int logStdSize) {
      this.outputs = outputs;
      this.logStdSize = logStdSize;
      return this;
    }

    /** Sets whether the critic predicts normalised returns. */
    public Builder normalizesTargets(boolean normalizes) {
      normalizesTargets = normalizes;
      return this;
    }

    /** Sets whether the observations are kept that are only valued. */
    public Builder keepsNextObservations(boolean keeps) {
      keepsNextObservations = keeps;
      return this;
    }

    /** Sets whether steps may be skipped. */
    public Builder hasSkipped(boolean skips) {
      hasSkipped = skips;
      return this;
    }

    /** Sets the images of an observation, of which those of bytes are kept apart. */
    public Builder images(List<ImageInput> images) {
      this.images = images;
      return this;
    }

    /** Sets S, the numbers that the networks remember of an environment. */
    public Builder stateSize(int numbers) {
      stateSize = numbers;
      return this;
    }

    /**
     * Allocates the arrays.
     *
     * @throws ArithmeticException if one would have more than {@code Integer.MAX_VALUE} elements
     */
    public Rollout build() {
      return new Rollout(this);
    }
  }

  /**
   * Returns a builder of a rollout.
   *
   * @param numSteps T, the number of steps of each environment
   * @param numEnvs N, the number of environments
   * @param features F, the number of features of an observation
   * @param actionSize A, the number of components of an action
   */
  public static Builder builder(int numSteps, int numEnvs, int features, int actionSize) {
    return new Builder(numSteps, numEnvs, features, actionSize);
  }

  /** Allocates the arrays that all rollouts have. */
  public Rollout(int numSteps, int numEnvs, int features, int actionSize) {
    this(builder(numSteps, numEnvs, features, actionSize));
  }

  private Rollout(Builder builder) {
    keepsNextObservations = builder.keepsNextObservations;
    numSteps = builder.numSteps;
    numEnvs = builder.numEnvs;
    features = builder.features;
    actionSize = builder.actionSize;
    outputs = builder.outputs;
    states = new float[Math.multiplyExact(numEnvs, builder.stateSize)];
    int rows = Math.multiplyExact(numSteps, numEnvs);
    observations = new float[Math.multiplyExact(rows, features)];
    images = new ImageRows(builder.images, rows, numEnvs);
    finalImages = new ImageRows(keepsNextObservations ? builder.images : List.of(), rows, numEnvs);
    lastImages = new byte[keepsNextObservations ? Math.multiplyExact(numEnvs, images.size()) : 0];
    actions = new float[Math.multiplyExact(rows, actionSize)];
    logProbs = new float[rows];
    values = new float[rows];
    rewards = new float[rows];
    terminated = new boolean[rows];
    truncated = new boolean[rows];
    finalValues = new float[rows];
    lastValues = new float[numEnvs];
    advantages = new float[rows];
    returns = new float[rows];
    finalObservations = new float[keepsNextObservations ? observations.length : 0];
    lastObservations = new float[keepsNextObservations ? Math.multiplyExact(numEnvs, features) : 0];
    targets = builder.normalizesTargets ? new float[rows] : returns;
    criticOutputs = builder.normalizesTargets ? new float[rows] : values;
    policyOutputs = new float[Math.multiplyExact(rows, outputs)];
    logStds = new float[builder.logStdSize];
    skipped = new boolean[builder.hasSkipped ? rows : 0];
  }

  /** Saves what {@link Collector} wrote. */
  public void save(TrainingState state, String prefix) {
    floats().forEach((name, array) -> state.put(prefix + name, array));
    if (images.size() > 0) {
      images.save(state, prefix + "images/");
      finalImages.save(state, prefix + "final_images/");
      state.put(prefix + "last_images", lastImages);
    }
    state.put(prefix + "terminated", bytes(terminated));
    state.put(prefix + "truncated", bytes(truncated));
    boolean[] lost = new boolean[rows()];
    interrupted.stream().forEach(row -> lost[row] = true);
    state.put(prefix + "interrupted", bytes(lost));
    state.put(prefix + "reference_kl", new double[] {referenceKl});
  }

  /** Restores what {@link #save} saved. */
  public void restore(TrainingState state, String prefix) {
    floats()
        .forEach(
            (name, array) ->
                System.arraycopy(
                    state.floats(prefix + name, array.length), 0, array, 0, array.length));
    if (images.size() > 0) {
      images.restore(state, prefix + "images/");
      finalImages.restore(state, prefix + "final_images/");
      byte[] last = state.bytes(prefix + "last_images", lastImages.length);
      System.arraycopy(last, 0, lastImages, 0, last.length);
    }
    flags(state.bytes(prefix + "terminated", terminated.length), terminated);
    flags(state.bytes(prefix + "truncated", truncated.length), truncated);
    boolean[] lost = new boolean[rows()];
    flags(state.bytes(prefix + "interrupted", lost.length), lost);
    interrupted.clear();
    for (int row = 0; row < lost.length; row++) {
      interrupted.set(row, lost[row]);
    }
    referenceKl = state.doubles(prefix + "reference_kl", 1)[0];
  }

  /**
   * Takes over the rollout of some of the environments, those from {@code first} on, in all arrays
   * that {@link Collector} writes.
   *
   * @param part T steps of those environments
   */
  public void put(Rollout part, int first) {
    for (int t = 0; t < numSteps; t++) {
      int from = t * part.numEnvs;
      int to = t * numEnvs + first;
      copy(part.observations, from, observations, to, part.numEnvs, features);
      images.put(to, part.numEnvs, part.images, from);
      copy(part.actions, from, actions, to, part.numEnvs, actionSize);
      copy(part.policyOutputs, from, policyOutputs, to, part.numEnvs, outputs);
      copy(part.logProbs, from, logProbs, to, part.numEnvs, 1);
      copy(part.values, from, values, to, part.numEnvs, 1);
      copy(part.rewards, from, rewards, to, part.numEnvs, 1);
      copy(part.terminated, from, terminated, to, part.numEnvs, 1);
      copy(part.truncated, from, truncated, to, part.numEnvs, 1);
      copy(part.finalValues, from, finalValues, to, part.numEnvs, 1);
      if (keepsNextObservations) {
        copy(part.finalObservations, from, finalObservations, to, part.numEnvs, features);
        finalImages.put(to, part.numEnvs, part.finalImages, from);
      }
    }
    copy(part.lastValues, 0, lastValues, first, part.numEnvs, 1);
    if (keepsNextObservations) {
      copy(part.lastObservations, 0, lastObservations, first, part.numEnvs, features);
      copy(part.lastImages, 0, lastImages, first, part.numEnvs, images.size());
    }
    copy(part.states, 0, states, first, part.numEnvs, states.length / numEnvs);
    System.arraycopy(part.logStds, 0, logStds, 0, logStds.length);
  }

  /** Copies rows of {@code size} elements between arrays of one type. */
  private static void copy(Object from, int row, Object to, int toRow, int rows, int size) {
    System.arraycopy(from, row * size, to, toRow * size, rows * size);
  }

  private Map<String, float[]> floats() {
    Map<String, float[]> floats = new HashMap<>();
    floats.put("observations", observations);
    floats.put("actions", actions);
    floats.put("log_probs", logProbs);
    floats.put("values", values);
    floats.put("rewards", rewards);
    floats.put("final_values", finalValues);
    floats.put("last_values", lastValues);
    floats.put("policy_outputs", policyOutputs);
    floats.put("log_stds", logStds);
    if (states.length > 0) {
      floats.put("states", states);
    }
    if (keepsNextObservations()) {
      floats.put("final_observations", finalObservations);
      floats.put("last_observations", lastObservations);
    }
    return floats;
  }

  private static byte[] bytes(boolean[] flags) {
    byte[] bytes = new byte[flags.length];
    for (int i = 0; i < flags.length; i++) {
      bytes[i] = (byte) (flags[i] ? 1 : 0);
    }
    return bytes;
  }

  private static void flags(byte[] bytes, boolean[] flags) {
    for (int i = 0; i < flags.length; i++) {
      flags[i] = bytes[i] == 1;
    }
  }

  /**
   * Lets interrupted rows teach nothing: each ends its episode with the value of its observation as
   * its reward. Its temporal difference is then 0, and the transition before it is bootstrapped
   * from that value, as a truncated one is. Called again if values change.
   */
  public void bootstrapInterrupted() {
    for (int row = interrupted.nextSetBit(0); row >= 0; row = interrupted.nextSetBit(row + 1)) {
      rewards[row] = values[row];
      terminated[row] = true;
      truncated[row] = false;
    }
  }

  /** Returns T. */
  public int numSteps() {
    return numSteps;
  }

  /** Returns N. */
  public int numEnvs() {
    return numEnvs;
  }

  /** Returns T * N, the number of transitions. */
  public int rows() {
    return numSteps * numEnvs;
  }

  /** Returns whether the observations are kept that are only valued. */
  public boolean keepsNextObservations() {
    return keepsNextObservations;
  }

  /** Returns whether steps may be skipped. */
  public boolean hasSkipped() {
    return skipped.length > 0;
  }

  /** Returns the rows that are not skipped, ascending; the array belongs to the caller. */
  public int[] learntRows() {
    return IntStream.range(0, rows()).filter(row -> !hasSkipped() || !skipped[row]).toArray();
  }

  /** Returns F, the number of features of an observation. */
  public int features() {
    return features;
  }

  /** Returns A, the number of components of an action. */
  public int actionSize() {
    return actionSize;
  }

  /**
   * Copies the transitions at rows {@code indices[from .. to - 1]} to {@code batch}, whose previous
   * rows are overwritten.
   */
  public void gather(int[] indices, int from, int to, Minibatch batch) {
    gather(observations, features, indices, from, to, batch.observations);
    for (int i = from; i < to && images.size() > 0; i++) {
      images.get(indices[i], 1, batch.images, (i - from) * images.size());
    }
    gather(actions, actionSize, indices, from, to, batch.actions);
    gather(logProbs, 1, indices, from, to, batch.logProbs);
    gather(advantages, 1, indices, from, to, batch.advantages);
    gather(targets, 1, indices, from, to, batch.returns);
    gather(criticOutputs, 1, indices, from, to, batch.values);
    gather(policyOutputs, outputs, indices, from, to, batch.policyOutputs);
    batch.logStds = logStds;
    batch.rows = to - from;
  }

  /**
   * Copies rows of {@code size} elements. One array after the other, so that the processor fetches
   * many rows at once; transition by transition, those of a large rollout take twice as long.
   */
  private static void gather(
      float[] source, int size, int[] rows, int from, int to, float[] target) {
    if (size == 1) {
      for (int i = from; i < to; i++) {
        target[i - from] = source[rows[i]];
      }
      return;
    }
    for (int i = from; i < to && size > 0; i++) {
      System.arraycopy(source, rows[i] * size, target, (i - from) * size, size);
    }
  }

  /** Copies the transition at {@code row} to row {@code at} of {@code batch}. */
  private void gather(int row, Minibatch batch, int at) {
    System.arraycopy(observations, row * features, batch.observations, at * features, features);
    images.get(row, 1, batch.images, at * images.size());
    System.arraycopy(actions, row * actionSize, batch.actions, at * actionSize, actionSize);
    batch.logProbs[at] = logProbs[row];
    batch.advantages[at] = advantages[row];
    batch.returns[at] = targets[row];
    batch.values[at] = criticOutputs[row];
    if (outputs > 0) {
      System.arraycopy(policyOutputs, row * outputs, batch.policyOutputs, at * outputs, outputs);
    }
  }

  /**
   * Copies all steps of environments {@code envs[from .. to - 1]} to {@code batch}, whose previous
   * rows are overwritten: row {@code t * (to - from) + e} is step t of environment {@code envs[from
   * + e]}. The memory of {@code batch} becomes that of the first step.
   */
  public void gatherSequences(int[] envs, int from, int to, Minibatch batch) {
    int n = to - from;
    int size = states.length / numEnvs;
    Memory memory = batch.memory;
    for (int e = 0; e < n; e++) {
      int env = envs[from + e];
      System.arraycopy(states, env * size, memory.states, e * size, size);
      for (int t = 0; t < numSteps; t++) {
        int row = t * numEnvs + env;
        gather(row, batch, t * n + e);
        int previous = row - numEnvs;
        memory.starts[t * n + e] = t > 0 && (terminated[previous] || truncated[previous]);
      }
    }
    memory.sequences = n;
    batch.logStds = logStds;
    batch.rows = n * numSteps;
  }
}
