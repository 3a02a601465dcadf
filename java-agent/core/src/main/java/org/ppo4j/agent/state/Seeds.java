package org.ppo4j.agent.state;

/**
 * Seeds derived from a training's seed: {@code mix(mix(seed) + salt)}, where mix is SplitMix64's
 * next output and the salt tells purposes apart. This is the only function that derives seeds.
 */
public final class Seeds {

  /**
   * What random numbers are used for. The salts of purposes are negative; those of steps are not.
   */
  public enum Purpose {
    /** The network's initial parameters. */
    INITIALIZATION(-2),
    /** The actions that a policy draws in training. */
    ACTING(-3),
    /** The order of transitions in each epoch. */
    SHUFFLING(-4),
    /** The environments of evaluations during a training, and their actions if these are drawn. */
    EVALUATION(-1);

    private final long salt;

    Purpose(long salt) {
      this.salt = salt;
    }
  }

  private Seeds() {}

  /** Returns the seed of a generator for {@code purpose}. */
  public static long stream(long seed, Purpose purpose) {
    return derive(seed, purpose.salt);
  }

  /** Returns the seed for the environments of {@code purpose}, below 2^31 as in {@link #ofStep}. */
  public static long ofEnvironments(long seed, Purpose purpose) {
    return derive(seed, purpose.salt) >>> 33;
  }

  /**
   * Returns the seed with which environments that cannot be restored are reset at a step. It is
   * below 2^31 because many environments pass their seed to generators that take 32 bits.
   *
   * @param globalStep environment steps taken so far, at least 1
   */
  public static long ofStep(long seed, long globalStep) {
    return derive(seed, globalStep) >>> 33;
  }

  private static long derive(long seed, long salt) {
    return mix(mix(seed) + salt);
  }

  /** SplitMix64 (Steele, Lea and Flood 2014): the next state, finalized. */
  private static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
