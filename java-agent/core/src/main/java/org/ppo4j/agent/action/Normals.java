package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.jspecify.annotations.Nullable;

/** Keeps the sampler of standard normal numbers over the generator that was used last. */
final class Normals {
  private @Nullable UniformRandomProvider source;
  private @Nullable NormalizedGaussianSampler normal;

  /**
   * Returns the sampler over {@code random}, which is created again only if {@code random} changes.
   */
  @SuppressWarnings("ReferenceEquality") // the sampler draws from that very generator
  NormalizedGaussianSampler of(UniformRandomProvider random) {
    if (normal == null || source != random) {
      source = random;
      normal = ZigguratSampler.NormalizedGaussian.of(random);
    }
    return normal;
  }

  /** Draws {@code count} numbers, and forgets them. */
  void skip(int count, UniformRandomProvider random) {
    NormalizedGaussianSampler sampler = of(random);
    for (int i = 0; i < count; i++) {
      sampler.sample();
    }
  }
}
