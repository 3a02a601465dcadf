package org.ppo4j.env;

import java.util.Arrays;
import java.util.List;

/**
 * The argument checks that {@link VectorEnv} promises, for use by its implementations:
 *
 * {@snippet lang = java :
 * public void step(double[] actions, StepBatch out) {
 *   check.step(actions, out); // throws before anything is stepped
 *   ...
 * }
 * }
 *
 * <p>A check allocates nothing unless it fails.
 */
public final class CallCheck {
  private final EnvSpec spec;
  private final int numEnvs;
  private final int observationSize;
  private final int actionSize;
  private final boolean givesBytes;

  /** The flags of all sub-environments; 0 if the environment has no masks. */
  private final int maskSize;

  /**
   * Creates the checks for {@code numEnvs} sub-environments of {@code spec}.
   *
   * @throws IllegalArgumentException if {@code numEnvs} is less than 1
   */
  public CallCheck(EnvSpec spec, int numEnvs) {
    this(spec, numEnvs, false);
  }

  /**
   * Creates the checks of an environment that may {@linkplain VectorEnv#givesBytes give bytes}.
   *
   * @throws IllegalArgumentException if {@code numEnvs} is less than 1
   */
  public CallCheck(EnvSpec spec, int numEnvs, boolean givesBytes) {
    if (numEnvs < 1) {
      throw new IllegalArgumentException(
          "%s needs at least 1 sub-environment, but numEnvs is %d".formatted(spec.id(), numEnvs));
    }
    this.spec = spec;
    this.numEnvs = numEnvs;
    this.givesBytes = givesBytes;
    observationSize = spec.observationSpace().size();
    actionSize = spec.actionSpace().size();
    maskSize = numEnvs * spec.maskSize();
  }

  /**
   * Checks the arguments of {@link VectorEnv#reset(long, StepBatch)}.
   *
   * @throws IllegalArgumentException if these are not valid arguments for reset
   */
  public void reset(long seed, StepBatch out) {
    if (seed < 0 || seed > Long.MAX_VALUE - (numEnvs - 1)) {
      throw new IllegalArgumentException(
          "%s: the seed must be from 0 to %d so that each of %d sub-environments has its own seed, but is %d"
              .formatted(spec.id(), Long.MAX_VALUE - (numEnvs - 1), numEnvs, seed));
    }
    batch(out);
  }

  /**
   * Checks the arguments of {@link VectorEnv#reset(long[], StepBatch)}.
   *
   * @param wasReset whether the environment was reset before, so that some may continue
   * @throws IllegalArgumentException if these are not valid arguments for reset
   * @throws IllegalStateException if a sub-environment is to continue what it has not begun
   */
  public void reset(long[] seeds, boolean wasReset, StepBatch out) {
    if (seeds.length != numEnvs) {
      throw new IllegalArgumentException(
          "%s needs a seed for each of %d sub-environments, but got %d"
              .formatted(spec.id(), numEnvs, seeds.length));
    }
    batch(out);
    for (int env = 0; env < numEnvs && !wasReset; env++) {
      if (seeds[env] < 0) {
        throw new IllegalStateException(
            "%s has not been reset, so that sub-environment %d needs a seed, but got %d"
                .formatted(spec.id(), env, seeds[env]));
      }
    }
  }

  /**
   * Checks the arguments of {@link VectorEnv#step}.
   *
   * @throws IllegalArgumentException if these are not valid arguments for step
   */
  public void step(double[] actions, StepBatch out) {
    if (actions.length != numEnvs * actionSize) {
      throw new IllegalArgumentException(
          "%s needs %d action values (%d for each of %d sub-environments), but got %d"
              .formatted(spec.id(), numEnvs * actionSize, actionSize, numEnvs, actions.length));
    }
    if (spec.actionSpace() instanceof Space.Box) {
      for (int i = 0; i < actions.length; i++) {
        if (Double.isNaN(actions[i])) {
          throw new IllegalArgumentException(
              "%s: the action of sub-environment %d is NaN at index %d"
                  .formatted(spec.id(), i / actionSize, i % actionSize));
        }
      }
    } else {
      for (int env = 0; env < numEnvs; env++) {
        if (!isAction(spec.actionSpace(), actions, env * actionSize)) {
          throw notContained(actions, env);
        }
      }
    }
    batch(out);
  }

  /** Numbers of boxes may be outside their bounds, but must not be NaN. */
  private static boolean isAction(Space space, double[] actions, int offset) {
    return switch (space) {
      case Space.Tuple(List<Space> parts) -> {
        int at = offset;
        for (Space part : parts) {
          if (!isAction(part, actions, at)) {
            yield false;
          }
          at += part.size();
        }
        yield true;
      }
      case Space.Box box -> {
        for (int i = offset; i < offset + box.size(); i++) {
          if (Double.isNaN(actions[i])) {
            yield false;
          }
        }
        yield true;
      }
      default -> space.contains(actions, offset);
    };
  }

  private void batch(StepBatch out) {
    if (out.hasBytes() && !givesBytes) {
      throw new IllegalArgumentException(
          "%s does not give bytes; pass a batch of StepBatch.of".formatted(spec.id()));
    }
    if (out.numEnvs() != numEnvs || out.observationSize() != observationSize) {
      throw new IllegalArgumentException(
          "%s needs a StepBatch for %d sub-environments with observations of size %d, but got one for %d with size %d"
              .formatted(
                  spec.id(), numEnvs, observationSize, out.numEnvs(), out.observationSize()));
    }
    if (out.hasMasks() && out.actionMasks.length != maskSize) {
      throw new IllegalArgumentException(
          "%s has %d flags in its masks of actions, but the batch has room for %d; pass a batch of StepBatch.of"
              .formatted(spec.id(), maskSize, out.actionMasks.length));
    }
  }

  private IllegalArgumentException notContained(double[] actions, int env) {
    double[] action = Arrays.copyOfRange(actions, env * actionSize, (env + 1) * actionSize);
    return new IllegalArgumentException(
        "%s: the action %s of sub-environment %d is not in the action space %s"
            .formatted(spec.id(), Arrays.toString(action), env, spec.actionSpace()));
  }
}
