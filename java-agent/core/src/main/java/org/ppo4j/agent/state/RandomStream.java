package org.ppo4j.agent.state;

import java.util.Locale;
import org.apache.commons.rng.JumpableUniformRandomProvider;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The random numbers of one purpose, from a separate generator (xoshiro256++). The numbers of one
 * purpose do not depend on how many another has drawn, so each may move to another thread or
 * machine.
 */
public final class RandomStream implements Stateful {
  /** The bytes of the four words of xoshiro256++, of which at least one bit must be set. */
  private static final int WORDS_LENGTH = 4 * Long.BYTES;

  private final String name;
  private final RestorableUniformRandomProvider generator;

  /** Creates the stream of {@code purpose} in a training with a seed. */
  public RandomStream(long seed, Seeds.Purpose purpose) {
    name = "random/" + purpose.name().toLowerCase(Locale.ROOT);
    generator = RandomSource.XO_SHI_RO_256_PP.create(Seeds.stream(seed, purpose));
  }

  /** Returns the generator, which is confined to one thread at a time. */
  public UniformRandomProvider generator() {
    return generator;
  }

  /** Returns the generator's state, with which {@link #moveTo} continues. */
  public byte[] position() {
    return ((RandomProviderDefaultState) generator.saveState()).getState();
  }

  /** Continues from what {@link #position} returned, of a stream of any purpose. */
  public void moveTo(byte[] position) {
    generator.restoreState(new RandomProviderDefaultState(position));
  }

  /** Leaves out 2^128 numbers, more than anything draws. */
  public void jump() {
    ((JumpableUniformRandomProvider) generator).jump();
  }

  @Override
  public void save(TrainingState state) {
    state.put(name, ((RandomProviderDefaultState) generator.saveState()).getState());
  }

  @Override
  public void restore(TrainingState state) {
    int length = ((RandomProviderDefaultState) generator.saveState()).getState().length;
    byte[] saved = state.bytes(name, length);
    if (isZero(saved)) {
      throw new IllegalArgumentException(
          "the checkpoint's array %s is all zeros, from which a generator draws only zeros"
              .formatted(name));
    }
    generator.restoreState(new RandomProviderDefaultState(saved));
  }

  /** Returns whether the generator's own words, which are the first 32 bytes, are all zero. */
  private static boolean isZero(byte[] saved) {
    for (int i = 0; i < WORDS_LENGTH; i++) {
      if (saved[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
