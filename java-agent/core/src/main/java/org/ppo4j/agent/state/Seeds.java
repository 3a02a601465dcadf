package org.ppo4j.agent.state;

/** Seeds made from a training's own. */
public final class Seeds {
  /** The salt of the seed with which evaluations during a training reset their environments. */
  public static final long EVALUATION = -1;

  private Seeds() {}

  /**
   * Returns a seed for another purpose, below 2^31, since many an environment hands its seed on to
   * generators that take 32 bits.
   *
   * @param seed the training's own
   * @param salt tells the purposes apart: {@link #EVALUATION}, or the step at which environments
   *     that cannot go on are reset
   */
  public static long derived(long seed, long salt) {
    return mix(mix(seed) + salt) >>> 33;
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea and Flood 2014), applied to the next of its states.
   */
  private static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
