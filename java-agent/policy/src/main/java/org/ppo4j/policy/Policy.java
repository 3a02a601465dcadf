package org.ppo4j.policy;

import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A trained policy that acts: it takes observations as the environment has them and returns the
 * most probable actions in the environment's terms, the same to the bit as the trainer's own.
 *
 * {@snippet :
 * try (Policy policy = Policy.load(Path.of("cartpole.zip"))) {
 *   double[] action = policy.act(new double[] {0.01, 0.02, -0.03, 0.04});
 * }
 * }
 *
 * <p>A policy is immutable, and any number of threads may act with it at the same time, virtual
 * ones included; no call waits for another. Calls that write to an array of the caller allocate
 * nothing once as many calls as run at the same time have run.
 *
 * <p>In what follows {@code O} is {@link #observationSize} and {@code A} is {@link #actionSize}.
 */
public final class Policy implements AutoCloseable {
  static final boolean[] NO_MASK = {};

  private volatile @Nullable Actor actor;

  private Policy(Actor actor) {
    this.actor = actor;
  }

  /**
   * Loads a policy from a file: a policy file or a checkpoint, of format 4.
   *
   * @param file the file
   * @return the policy
   * @throws PolicyException if there is no such file, it cannot be read, it is damaged or is not a
   *     policy, or it is one that this version cannot run
   */
  public static Policy load(Path file) {
    return new Policy(PolicyFile.read(file));
  }

  /**
   * Loads a policy from a stream, such as a resource of the class path. The bytes pass through a
   * temporary file, which is deleted before this method returns.
   *
   * @param in the bytes of a policy file; read to its end and left open
   * @return the policy
   * @throws PolicyException as {@link #load(Path)} throws it, and if the temporary file cannot be
   *     written
   */
  public static Policy load(InputStream in) {
    return new Policy(PolicyFile.read(in));
  }

  /**
   * Chooses the most probable action.
   *
   * @param observation the observation, {@code [O]}
   * @return the action, {@code [A]}, a new array
   * @throws IllegalArgumentException if the array has another length or a number that cannot be
   *     used: NaN, infinity (unless the policy clips it), not a value of a discrete space, or so
   *     large that the network's outputs are not finite
   * @throws IllegalStateException if the policy is closed, or {@linkplain #remembers remembers}
   *     what it saw, so that it acts in a {@link #session} only
   */
  public double[] act(double[] observation) {
    return act(observation, NO_MASK);
  }

  /**
   * Chooses the most probable valid action.
   *
   * @param observation the observation, {@code [O]}
   * @param valid which values of the action are valid, {@code [M]} with M of {@link
   *     #actionMaskSize}: one flag for each value of each choice, two for each bit (those of 0 and
   *     of 1), in the order of the action's numbers
   * @return the action, {@code [A]}, a new array
   * @throws IllegalArgumentException as {@link #act(double[])} throws it, and if the mask has
   *     another length or leaves no valid value
   * @throws IllegalStateException if the policy is closed
   */
  public double[] act(double[] observation, boolean[] valid) {
    Actor actor = open();
    double[] action = new double[actor.action.size];
    act(actor, observation, valid, action);
    return action;
  }

  /**
   * Chooses the most probable action and writes it to an array of the caller.
   *
   * @param observation the observation, {@code [O]}
   * @param action receives the action, {@code [A]}; unchanged if an exception is thrown
   * @throws IllegalArgumentException as {@link #act(double[])} throws it, and if {@code action} has
   *     another length
   * @throws IllegalStateException as {@link #act(double[])} throws it
   */
  public void act(double[] observation, double[] action) {
    act(open(), observation, NO_MASK, action);
  }

  /**
   * Chooses the most probable valid action, as {@link #act(double[], boolean[])} does it, and
   * writes it to an array of the caller.
   *
   * @param observation the observation, {@code [O]}
   * @param valid which values of the action are valid, {@code [M]}
   * @param action receives the action, {@code [A]}; unchanged if an exception is thrown
   * @throws IllegalArgumentException as {@link #act(double[], boolean[])} throws it, and if {@code
   *     action} has another length
   * @throws IllegalStateException if the policy is closed
   */
  public void act(double[] observation, boolean[] valid, double[] action) {
    act(open(), observation, valid, action);
  }

  /**
   * Chooses the most probable actions for several observations, each as {@link #act(double[])} does
   * it.
   *
   * @param observations the observations, {@code [rows, O]} in row-major order; may be longer
   * @param rows how many there are, at least 0
   * @param actions receives the actions, {@code [rows, A]}; may be longer. If an observation cannot
   *     be used, the actions before it are written
   * @throws IllegalArgumentException if {@code rows} is negative, if an array is shorter, or as
   *     {@link #act(double[])} throws it
   * @throws IllegalStateException as {@link #act(double[])} throws it
   */
  public void act(double[] observations, int rows, double[] actions) {
    act(observations, NO_MASK, rows, actions);
  }

  /**
   * Chooses the most probable valid actions for several observations.
   *
   * @param observations the observations, {@code [rows, O]} in row-major order; may be longer
   * @param valid which values of the actions are valid, {@code [rows, M]}; may be longer
   * @param rows how many there are, at least 0
   * @param actions receives the actions, {@code [rows, A]}; may be longer
   * @throws IllegalArgumentException as {@link #act(double[], int, double[])} and {@link
   *     #act(double[], boolean[])} throw it
   * @throws IllegalStateException if the policy is closed
   */
  public void act(double[] observations, boolean[] valid, int rows, double[] actions) {
    Actor actor = open();
    if (rows < 0) {
      throw new IllegalArgumentException(
          "the number of rows is %d, but it must be at least 0".formatted(rows));
    }
    requireRows("observations", observations, rows, actor.observation.size);
    requireRows("actions", actions, rows, actor.action.size);
    if (valid.length < (long) rows * actor.maskSize) {
      throw wrongMask((long) rows * actor.maskSize, valid.length);
    }
    actor.act(observations, valid, rows, actions);
  }

  /**
   * Begins to act in one environment, whose episode starts; the only way for a policy that
   * {@linkplain #remembers remembers}.
   *
   * @return a new session, independent of all others
   * @throws IllegalStateException if the policy is closed
   */
  public Session session() {
    return new Session(open());
  }

  /**
   * Returns whether the policy remembers what it saw in an episode, because its network is
   * recurrent.
   *
   * @return false if each observation alone decides on the action
   * @throws IllegalStateException if the policy is closed
   */
  public boolean remembers() {
    return open().remembers();
  }

  /**
   * Returns {@code O}, how many numbers an observation has.
   *
   * @return the product of {@link #observationShape}
   * @throws IllegalStateException if the policy is closed
   */
  public int observationSize() {
    return open().observation.size;
  }

  /**
   * Returns the shape that observations have in the environment; their numbers are in row-major
   * order.
   *
   * @return the lengths of the dimensions, a new array; empty for a single number
   * @throws IllegalStateException if the policy is closed
   */
  public int[] observationShape() {
    return open().observation.shape.clone();
  }

  /**
   * Returns {@code A}, how many numbers an action has.
   *
   * @return the product of {@link #actionShape}
   * @throws IllegalStateException if the policy is closed
   */
  public int actionSize() {
    return open().action.size;
  }

  /**
   * Returns the shape that actions have in the environment; their numbers are in row-major order.
   *
   * @return the lengths of the dimensions, a new array; empty for a single number
   * @throws IllegalStateException if the policy is closed
   */
  public int[] actionShape() {
    return open().action.shape.clone();
  }

  /**
   * Returns {@code M}, how many flags say which values of an action are valid.
   *
   * @return 0 if the policy was trained without masks, so that every action is valid
   * @throws IllegalStateException if the policy is closed
   */
  public int actionMaskSize() {
    return open().maskSize;
  }

  /**
   * Returns the least value that each number of an action can have.
   *
   * @return the bounds, {@code [A]}, a new array; negative infinity where there is no bound
   * @throws IllegalStateException if the policy is closed
   */
  public double[] actionLow() {
    return open().decoder.low.clone();
  }

  /**
   * Returns the greatest value that each number of an action can have.
   *
   * @return the bounds, {@code [A]}, a new array; infinity where there is no bound
   * @throws IllegalStateException if the policy is closed
   */
  public double[] actionHigh() {
    return open().decoder.high.clone();
  }

  /**
   * Returns whether actions are choices: every number of an action is an integer.
   *
   * @return false if the numbers are real numbers
   * @throws IllegalStateException if the policy is closed
   */
  public boolean isDiscrete() {
    return open().decoder.isDiscrete();
  }

  /**
   * Releases the memory; calls under way in other threads finish, later ones throw {@link
   * IllegalStateException}. Closing a closed policy has no effect.
   */
  @Override
  public void close() {
    actor = null;
  }

  private static void act(Actor actor, double[] observation, boolean[] valid, double[] action) {
    requireLength("observation", observation, actor.observation.size);
    requireLength("action", action, actor.action.size);
    requireMask(valid, actor.maskSize);
    actor.act(observation, valid, 1, action);
  }

  static void requireMask(boolean[] valid, int maskSize) {
    if (valid.length != maskSize) {
      throw wrongMask(maskSize, valid.length);
    }
  }

  private static IllegalArgumentException wrongMask(long expected, int given) {
    return new IllegalArgumentException(
        expected == 0
            ? "the policy was trained without masks of actions, but got %d flags".formatted(given)
            : "the policy was trained with masks of actions and needs %d flags, but got %d"
                .formatted(expected, given));
  }

  private Actor open() {
    Actor actor = this.actor;
    if (actor == null) {
      throw new IllegalStateException("the policy is closed; load it again to act");
    }
    return actor;
  }

  static void requireLength(String name, double[] array, int size) {
    if (array.length != size) {
      throw new IllegalArgumentException(
          "the %s has %d numbers, but %d were expected".formatted(name, array.length, size));
    }
  }

  private static void requireRows(String name, double[] array, int rows, int size) {
    if (array.length < (long) rows * size) {
      throw new IllegalArgumentException(
          "%d %s need %d numbers each, but the array has %d"
              .formatted(rows, name, size, array.length));
    }
  }
}
