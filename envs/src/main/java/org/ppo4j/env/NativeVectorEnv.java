package org.ppo4j.env;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The batching, seeding, time limits, resets and episode statistics of every native environment. A
 * step first calls the {@link Ensemble}, then each of its N {@link Dynamics} in turn, all on the
 * caller's thread.
 *
 * <p>The time limit is that of Gymnasium's {@code TimeLimit}: a step that reaches it is truncated,
 * whether or not it is also terminated. {@link #reset} creates a sub-environment's generator, which
 * is then used from episode to episode, as with Gymnasium's {@code reset()} without a seed. A step
 * allocates nothing.
 *
 * <p>Calls exclude each other, so {@link #close} of another thread waits for the step in progress;
 * the next step is refused.
 */
final class NativeVectorEnv implements VectorEnv, Resumable {

  private enum Phase {
    /** Not reset yet. */
    NEW,
    RUNNING,
    /** A sub-environment threw an exception, so its state may be inconsistent. */
    FAILED,
    CLOSED
  }

  /** The numbers per sub-environment in {@link #state}: elapsed steps, return, whether over. */
  private static final int STATISTICS_LENGTH = 3;

  private static final int GENERATOR_LENGTH = NumpyRandom.STATE_LENGTH;

  private final EnvSpec spec;
  private final AutoresetMode mode;
  private final CallCheck check;
  private final Ensemble ensemble;
  private final Dynamics[] dynamics;
  private final int observationSize;
  private final int actionSize;
  private final int episodeLimit;

  /** The flags of a mask; 0 if actions are not masked. */
  private final int maskSize;

  /** The dtype of observations that are integers of a Box; null for all others. */
  private final @Nullable DType integers;

  /** The sub-environments' generators, {@code [N]}; null before the first reset. */
  private final NumpyRandom[] generators;

  /** Steps of the running episodes, {@code [N]}. */
  private final int[] elapsed;

  /** Sums of rewards of the running episodes, {@code [N]}. */
  private final double[] returns;

  /** Whether the episode has ended and has not been reset, {@code [N]}. */
  private final boolean[] over;

  private Phase phase = Phase.NEW;

  /** Creates an environment of the members of {@code ensemble}, which it takes over. */
  NativeVectorEnv(EnvSpec spec, Ensemble ensemble, AutoresetMode mode) {
    List<? extends Dynamics> dynamics = ensemble.members();
    int numEnvs = dynamics.size();
    this.ensemble = ensemble;
    this.spec = spec;
    this.mode = mode;
    check = new CallCheck(spec, numEnvs);
    Set<Dynamics> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(dynamics);
    if (distinct.size() < numEnvs) {
      throw new IllegalArgumentException(
          "%s: its factory must return a new Dynamics on every call, but returned the same one twice"
              .formatted(spec.id()));
    }
    this.dynamics = dynamics.toArray(Dynamics[]::new);
    observationSize = spec.observationSpace().size();
    actionSize = spec.actionSpace().size();
    integers =
        spec.observationSpace() instanceof Space.Box box && box.dtype().isIntegral()
            ? box.dtype()
            : null;
    maskSize = spec.maskSize();
    episodeLimit = spec.maxEpisodeSteps() == 0 ? Integer.MAX_VALUE : spec.maxEpisodeSteps();
    generators = new NumpyRandom[numEnvs];
    elapsed = new int[numEnvs];
    returns = new double[numEnvs];
    over = new boolean[numEnvs];
  }

  @Override
  public EnvSpec spec() {
    return spec;
  }

  @Override
  public int numEnvs() {
    return dynamics.length;
  }

  @Override
  public AutoresetMode autoresetMode() {
    return mode;
  }

  @Override
  public synchronized void reset(long seed, StepBatch out) {
    requireUsable();
    check.reset(seed, out);
    int env = 0;
    try {
      for (; env < dynamics.length; env++) {
        generators[env] = new NumpyRandom(seed + env);
        startEpisode(env, out);
      }
    } catch (MisfitException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(env, "reset", e);
    }
    phase = Phase.RUNNING;
  }

  @Override
  public synchronized void reset(long[] seeds, StepBatch out) {
    requireUsable();
    check.reset(seeds, phase != Phase.NEW, out);
    int env = 0;
    try {
      for (; env < dynamics.length; env++) {
        if (seeds[env] >= 0) {
          generators[env] = new NumpyRandom(seeds[env]);
          startEpisode(env, out);
        }
      }
    } catch (MisfitException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(env, "reset", e);
    }
    phase = Phase.RUNNING;
  }

  @Override
  public synchronized void step(double[] actions, StepBatch out) {
    requireUsable();
    requireReset();
    check.step(actions, out);
    if (mode == AutoresetMode.DISABLED) {
      requireNoneOver();
    }
    int env = 0;
    try {
      ensemble.advance(actions, over);
      for (; env < dynamics.length; env++) {
        if (over[env]) {
          startEpisode(env, out);
        } else {
          advance(env, actions, out);
        }
      }
    } catch (MisfitException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(env, "step", e);
    }
  }

  /** Closes every {@link Dynamics} and the ensemble, even if closing one of them fails. */
  @Override
  public synchronized void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    EnvException failure = null;
    for (int env = 0; env < dynamics.length; env++) {
      try {
        dynamics[env].close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = failure(env, "close", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    ensemble.close();
    if (failure != null) {
      throw failure;
    }
  }

  /** Returns N, then for each sub-environment the numbers that {@link #restore} reads. */
  @Override
  public synchronized long[] state() {
    requireUsable();
    requireReset();
    long[] state = new long[stateLength()];
    int at = 0;
    state[at++] = dynamics.length;
    for (int env = 0; env < dynamics.length; env++) {
      state[at++] = elapsed[env];
      state[at++] = Double.doubleToRawLongBits(returns[env]);
      state[at++] = over[env] ? 1 : 0;
      System.arraycopy(generators[env].state(), 0, state, at, GENERATOR_LENGTH);
      at += GENERATOR_LENGTH;
      for (double number : dynamics[env].state()) {
        state[at++] = Double.doubleToRawLongBits(number);
      }
    }
    return state;
  }

  @Override
  public synchronized void restore(long[] state) {
    requireUsable();
    if (state.length != stateLength() || state[0] != dynamics.length) {
      throw new IllegalArgumentException(
          "this is not the state of %d sub-environments of %s"
              .formatted(dynamics.length, spec.id()));
    }
    NumpyRandom[] restored = restoredGenerators(state);
    int at = 1;
    for (int env = 0; env < dynamics.length; env++) {
      elapsed[env] = (int) state[at++];
      returns[env] = Double.longBitsToDouble(state[at++]);
      over[env] = state[at++] == 1;
      generators[env] = restored[env];
      at += GENERATOR_LENGTH;
      double[] numbers = new double[dynamics[env].state().length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Double.longBitsToDouble(state[at++]);
      }
      try {
        dynamics[env].restore(numbers);
      } catch (RuntimeException e) {
        throw failed(env, "restore", e);
      }
    }
    phase = Phase.RUNNING;
  }

  /** Checks {@code state} and restores its generators first, before anything is changed. */
  private NumpyRandom[] restoredGenerators(long[] state) {
    NumpyRandom[] restored = new NumpyRandom[dynamics.length];
    int at = 1;
    for (int env = 0; env < dynamics.length; env++) {
      if (state[at] < 0 || state[at] > episodeLimit) {
        throw new IllegalArgumentException(
            "this is not a state of %s: sub-environment %d has taken %d steps, but an episode has 0 to %d"
                .formatted(spec.id(), env, state[at], episodeLimit));
      }
      at += STATISTICS_LENGTH;
      restored[env] = new NumpyRandom(0);
      restored[env].restore(Arrays.copyOfRange(state, at, at + GENERATOR_LENGTH));
      at += GENERATOR_LENGTH + dynamics[env].state().length;
    }
    return restored;
  }

  private void startEpisode(int env, StepBatch out) {
    restart(env);
    out.rewards[env] = 0;
    out.terminated[env] = false;
    out.truncated[env] = false;
    observe(env, out.observations, "an observation");
    mask(env, out);
  }

  private void mask(int env, StepBatch out) {
    if (out.hasMasks()) {
      dynamics[env].actionMask(out.actionMasks, env * maskSize);
    }
  }

  /** Writes an observation; one of integers must be what its dtype can hold. */
  private void observe(int env, double[] out, String quantity) {
    int from = env * observationSize;
    dynamics[env].observe(out, from);
    if (integers == null) {
      return;
    }
    for (int i = from; i < from + observationSize; i++) {
      if (!(out[i] == Math.rint(out[i]) && out[i] >= integers.min() && out[i] <= integers.max())) {
        phase = Phase.FAILED;
        throw new MisfitException(
            "%s: sub-environment %d gave %s with %s at index %d, but its space is %s; fix the environment"
                .formatted(spec.id(), env, quantity, out[i], i - from, spec.observationSpace()));
      }
    }
  }

  private void advance(int env, double[] actions, StepBatch out) {
    Dynamics body = dynamics[env];
    double reward = body.step(actions, env * actionSize);
    boolean terminated = body.terminated();
    int steps = ++elapsed[env];
    boolean truncated = steps >= episodeLimit;
    returns[env] += reward;
    out.rewards[env] = reward;
    out.terminated[env] = terminated;
    out.truncated[env] = truncated;
    if (terminated || truncated) {
      out.episodeReturns[env] = returns[env];
      out.episodeLengths[env] = steps;
      if (mode == AutoresetMode.SAME_STEP) {
        observe(env, out.finalObservations, "a final observation");
        restart(env);
      } else {
        over[env] = true;
      }
    }
    observe(env, out.observations, "an observation");
    mask(env, out);
  }

  /** An observation is not what its space says. */
  private static final class MisfitException extends EnvException {
    private static final long serialVersionUID = 1L;

    MisfitException(String message) {
      super(message);
    }
  }

  private void restart(int env) {
    elapsed[env] = 0;
    returns[env] = 0;
    over[env] = false;
    dynamics[env].reset(generators[env]);
  }

  private int stateLength() {
    int length = 1;
    for (Dynamics body : dynamics) {
      length += STATISTICS_LENGTH + GENERATOR_LENGTH + body.state().length;
    }
    return length;
  }

  private void requireUsable() {
    if (phase == Phase.CLOSED) {
      throw new IllegalStateException(spec.id() + " is closed; make a new one");
    }
    if (phase == Phase.FAILED) {
      throw new IllegalStateException(spec.id() + " has failed and can only be closed");
    }
  }

  private void requireReset() {
    if (phase == Phase.NEW) {
      throw new IllegalStateException(spec.id() + " has not been reset; call reset first");
    }
  }

  private void requireNoneOver() {
    for (int env = 0; env < over.length; env++) {
      if (over[env]) {
        throw new IllegalStateException(
            "%s: the episode of sub-environment %d is over and autoreset is disabled; call reset"
                .formatted(spec.id(), env));
      }
    }
  }

  private EnvException failed(int env, String call, RuntimeException cause) {
    phase = Phase.FAILED;
    return failure(env, call, cause);
  }

  private EnvException failure(int env, String call, RuntimeException cause) {
    return new EnvException(
        "%s: sub-environment %d failed in %s: %s".formatted(spec.id(), env, call, cause), cause);
  }
}
