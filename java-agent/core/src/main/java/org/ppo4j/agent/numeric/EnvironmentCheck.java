package org.ppo4j.agent.numeric;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * Checks what an environment gives before anything is learnt from it: every number is finite and
 * small enough to compute with, and discrete observations are values of their space. A number
 * outside the bounds of a Box is a finding and no error, since many environments give bounds that
 * they do not keep to. A check allocates nothing unless it fails.
 */
public final class EnvironmentCheck {
  /** Bounds are exceeded by rounding where they are float32 and observations are not. */
  private static final double ROUNDING = 1e-6;

  /**
   * A number of an observation.
   *
   * @param space the leaf of the observation's space
   * @param index the number's index in it
   */
  private record Leaf(Space space, int index) {}

  private final Space space;
  private final int size;
  private final IntFunction<String> place = this::place; // once, since checks allocate nothing

  /** The check of masks of actions; null if they are not checked. */
  private final @Nullable MaskCheck masks;

  /** The bounds of boxes, widened by {@link #ROUNDING}, {@code [O]}; empty if none is checked. */
  private double[] low = {};

  private double[] high = {};
  private @Nullable String finding;

  /** Creates the check of an environment whose batches have observations of {@code space}. */
  public EnvironmentCheck(Space space) {
    this(space, null);
  }

  /**
   * Creates the check of an environment.
   *
   * @param masks whether masks of actions are checked too: each discrete number needs a valid value
   * @param bytes whether batches {@linkplain StepBatch#hasBytes have bytes}, any of which can be
   *     learnt from
   */
  public EnvironmentCheck(EnvSpec env, boolean masks, boolean bytes) {
    this(
        bytes ? env.observationSpace().withoutBytes() : env.observationSpace(),
        masks ? new MaskCheck(env.actionSpace()) : null);
  }

  private EnvironmentCheck(Space space, @Nullable MaskCheck masks) {
    this.space = space;
    this.masks = masks;
    size = space.size();
    if (space.leaves().stream().anyMatch(EnvironmentCheck::hasBounds)) {
      low = new double[size];
      high = new double[size];
      Arrays.fill(low, Double.NEGATIVE_INFINITY);
      Arrays.fill(high, Double.POSITIVE_INFINITY);
      int at = 0;
      for (Space leaf : space.leaves()) {
        if (leaf instanceof Space.Box box && hasBounds(box)) {
          for (int i = 0; i < box.size(); i++) {
            low[at + i] = box.low(i) - ROUNDING * Math.max(1, Math.abs(box.low(i)));
            high[at + i] = box.high(i) + ROUNDING * Math.max(1, Math.abs(box.high(i)));
          }
        }
        at += leaf.size();
      }
    }
  }

  /** Whether a bound is finite, and not just that of the dtype. */
  private static boolean hasBounds(Space space) {
    return space instanceof Space.Box box
        && switch (box.dtype()) {
          case FLOAT64, FLOAT32, INT64, INT32, INT16, UINT16 -> anyIsFinite(box);
          case INT8, UINT8, BOOL -> false; // mostly images, which keep to them
        };
  }

  private static boolean anyIsFinite(Space.Box box) {
    for (int i = 0; i < box.size(); i++) {
      if (Double.isFinite(box.low(i)) || Double.isFinite(box.high(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks the observations of a reset.
   *
   * @throws NonFiniteException if one cannot be learnt from
   */
  public void reset(StepBatch batch) {
    try {
      start(batch);
    } catch (NonFiniteException e) {
      throw e.at("the start");
    }
  }

  private void start(StepBatch batch) {
    requireValidActions(batch);
    FiniteChecks.requireRows(batch.observations, size, "observation", place);
    if (low.length > 0) {
      findOutside(batch.observations, batch.numEnvs(), 0);
    }
    if (!(space instanceof Space.Box)) {
      for (int env = 0; env < batch.numEnvs(); env++) {
        requireContained(batch.observations, env, "observation");
      }
    }
  }

  /**
   * Checks the observations, rewards and final observations of a step.
   *
   * @param step the number of the step, for messages
   * @throws NonFiniteException if one cannot be learnt from
   */
  public void step(StepBatch batch, long step) {
    requireValidActions(batch);
    FiniteChecks.requireRows(batch.observations, size, "observation", place);
    FiniteChecks.requireRows(batch.rewards, 1, "reward", index -> "");
    boolean discrete = !(space instanceof Space.Box);
    for (int env = 0; env < batch.numEnvs(); env++) {
      if (discrete) {
        requireContained(batch.observations, env, "observation");
      }
      if (batch.isDone(env)) {
        FiniteChecks.requireRow(batch.finalObservations, env, size, "final observation", place);
        if (discrete) {
          requireContained(batch.finalObservations, env, "final observation");
        }
      }
    }
    if (low.length > 0) {
      findOutside(batch.observations, batch.numEnvs(), step);
    }
  }

  /**
   * Returns a sentence on the first number outside the bounds of its Box, and null when called
   * again or if there is none.
   */
  public @Nullable String takeFinding() {
    String taken = finding;
    finding = null;
    return taken;
  }

  private void requireValidActions(StepBatch batch) {
    int env = masks == null ? -1 : masks.firstWithoutValid(batch.actionMasks, batch.numEnvs());
    if (env >= 0) {
      throw FiniteChecks.noValidAction(env);
    }
  }

  private void requireContained(double[] numbers, int env, String quantity) {
    int from = env * size;
    if (!hasChoices(space, numbers, from)) {
      throw FiniteChecks.notOfSpace(
          env,
          quantity,
          text(Arrays.copyOfRange(numbers, from, from + size)),
          "must be a value of " + space);
    }
  }

  /**
   * Returns whether the discrete numbers of an observation are values of their spaces; bounds of
   * boxes among them are not checked.
   */
  public static boolean hasChoices(Space space, double[] numbers, int offset) {
    if (space instanceof Space.Tuple(List<Space> parts)) {
      int at = offset;
      for (int i = 0; i < parts.size(); i++) {
        if (!hasChoices(parts.get(i), numbers, at)) {
          return false;
        }
        at += parts.get(i).size();
      }
      return true;
    }
    return space instanceof Space.Box || space.contains(numbers, offset);
  }

  private void findOutside(double[] numbers, int rows, long step) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        double number = numbers[row * size + i];
        if (number < low[i] || number > high[i]) {
          String when = step == 0 ? "at the start" : "at step " + step;
          finding = outside(row, number, i, when);
          low = new double[0]; // the first one is enough
          high = low;
          return;
        }
      }
    }
  }

  private String outside(int row, double number, int index, String when) {
    Leaf leaf = leaf(index);
    Space.Box box = (Space.Box) leaf.space; // no other has bounds
    return "the observation of sub-environment %d has %s%s %s, outside of its bounds, %s to %s"
        .formatted(row, number, place(index), when, box.low(leaf.index), box.high(leaf.index));
  }

  /** Says where in an observation its number {@code index} is. */
  private String place(int index) {
    Leaf leaf = leaf(index);
    return size == 1
        ? ""
        : " at index %d%s"
            .formatted(leaf.index, leaf.space.equals(space) ? "" : " of its part " + leaf.space);
  }

  private Leaf leaf(int index) {
    int at = 0;
    for (Space leaf : space.leaves()) {
      if (index < at + leaf.size()) {
        return new Leaf(leaf, index - at);
      }
      at += leaf.size();
    }
    throw new IndexOutOfBoundsException(index);
  }

  private static String text(double[] numbers) {
    String[] texts = new String[numbers.length];
    Arrays.setAll(
        texts,
        i ->
            numbers[i] == Math.rint(numbers[i])
                ? Long.toString((long) numbers[i])
                : Double.toString(numbers[i]));
    return numbers.length == 1 ? texts[0] : Arrays.toString(texts);
  }
}
