package org.ppo4j.agent.rollout;

import java.util.Map;
import java.util.stream.IntStream;
import org.ppo4j.agent.state.TrainingState;

/**
 * T steps of N environments in arrays of {@code [T, N]}; row {@code t * N + n} is step t of
 * environment n. {@link Collector} and {@code GeneralizedAdvantage} write the arrays; the update
 * reads them.
 */
public final class Rollout {
  /** The features that the policy acted on, {@code [T, N, F]}. */
  public final float[] observations;

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

  /** Advantages, {@code [T, N]}. */
  public final float[] advantages;

  /** Targets of the value function, {@code [T, N]}. */
  public final float[] returns;

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

  private final int numSteps;
  private final int numEnvs;
  private final int features;
  private final int actionSize;
  private final int outputs;

  /** Allocates the arrays of a rollout that does not keep the actor's outputs. */
  public Rollout(int numSteps, int numEnvs, int features, int actionSize) {
    this(numSteps, numEnvs, features, actionSize, 0, 0);
  }

  /**
   * Allocates the arrays of a rollout.
   *
   * @param numSteps T, the number of steps of each environment
   * @param numEnvs N, the number of environments
   * @param features F, the number of features of an observation
   * @param actionSize A, the number of components of an action
   * @param outputs D, the number of the actor's outputs; 0 if they are not kept
   * @param logStdSize the number of log standard deviations
   * @throws ArithmeticException if an array would have more than {@code Integer.MAX_VALUE} elements
   */
  public Rollout(
      int numSteps, int numEnvs, int features, int actionSize, int outputs, int logStdSize) {
    this(numSteps, numEnvs, features, actionSize, outputs, logStdSize, false);
  }

  /**
   * Allocates the arrays of a rollout, as above.
   *
   * @param hasSkipped whether steps may be skipped
   */
  public Rollout(
      int numSteps,
      int numEnvs,
      int features,
      int actionSize,
      int outputs,
      int logStdSize,
      boolean hasSkipped) {
    this.numSteps = numSteps;
    this.numEnvs = numEnvs;
    this.features = features;
    this.actionSize = actionSize;
    this.outputs = outputs;
    int rows = Math.multiplyExact(numSteps, numEnvs);
    observations = new float[Math.multiplyExact(rows, features)];
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
    policyOutputs = new float[Math.multiplyExact(rows, outputs)];
    logStds = new float[logStdSize];
    skipped = new boolean[hasSkipped ? rows : 0];
  }

  /** Saves what {@link Collector} wrote. */
  void save(TrainingState state, String prefix) {
    floats().forEach((name, array) -> state.put(prefix + name, array));
    state.put(prefix + "terminated", bytes(terminated));
    state.put(prefix + "truncated", bytes(truncated));
    state.put(prefix + "reference_kl", new double[] {referenceKl});
  }

  /** Restores what {@link #save} saved. */
  void restore(TrainingState state, String prefix) {
    floats()
        .forEach(
            (name, array) ->
                System.arraycopy(state.floats(prefix + name), 0, array, 0, array.length));
    flags(state.bytes(prefix + "terminated"), terminated);
    flags(state.bytes(prefix + "truncated"), truncated);
    referenceKl = state.doubles(prefix + "reference_kl")[0];
  }

  private Map<String, float[]> floats() {
    return Map.of(
        "observations", observations,
        "actions", actions,
        "log_probs", logProbs,
        "values", values,
        "rewards", rewards,
        "final_values", finalValues,
        "last_values", lastValues,
        "policy_outputs", policyOutputs,
        "log_stds", logStds);
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
    for (int i = from; i < to; i++) {
      int row = indices[i];
      int at = i - from;
      System.arraycopy(observations, row * features, batch.observations, at * features, features);
      System.arraycopy(actions, row * actionSize, batch.actions, at * actionSize, actionSize);
      batch.logProbs[at] = logProbs[row];
      batch.advantages[at] = advantages[row];
      batch.returns[at] = returns[row];
      batch.values[at] = values[row];
      if (outputs > 0) {
        System.arraycopy(policyOutputs, row * outputs, batch.policyOutputs, at * outputs, outputs);
      }
    }
    batch.logStds = logStds;
    batch.rows = to - from;
  }
}
