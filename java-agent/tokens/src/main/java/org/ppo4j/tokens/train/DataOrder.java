package org.ppo4j.tokens.train;

import org.apache.commons.rng.sampling.PermutationSampler;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/** The order in which examples are used: shuffled again in each pass. */
final class DataOrder implements Stateful {
  private final RandomStream random;
  private int[] order;
  private int next;

  DataOrder(int size, long seed) {
    random = new RandomStream(seed, Seeds.Purpose.SHUFFLING);
    order = PermutationSampler.natural(size);
    next = size;
  }

  /** Returns the places of the next {@code n} examples. */
  int[] next(int n) {
    int[] places = new int[n];
    for (int i = 0; i < n; i++) {
      if (next == order.length) {
        PermutationSampler.shuffle(random.generator(), order);
        next = 0;
      }
      places[i] = order[next++];
    }
    return places;
  }

  /** Returns a random order of {@code n} places, from the same generator. */
  int[] shuffled(int n) {
    int[] places = PermutationSampler.natural(n);
    PermutationSampler.shuffle(random.generator(), places);
    return places;
  }

  @Override
  public void save(TrainingState state) {
    random.save(state);
    long[] places = new long[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      places[i] = order[i];
    }
    places[order.length] = next;
    state.put("data/order", places);
  }

  @Override
  public void restore(TrainingState state) {
    random.restore(state);
    long[] places = state.longs("data/order", order.length + 1);
    for (int i = 0; i < order.length; i++) {
      order[i] = Math.toIntExact(places[i]);
    }
    next = Math.toIntExact(places[order.length]);
  }
}
