package org.ppo4j.agent.rollout;

import java.util.function.Consumer;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.TrainingState;

/** Collects each rollout when it is asked for, with the learner's own networks. */
public final class CollectThenLearn implements RolloutSource {
  private final Collector collector;
  private final Rollout rollout;

  /** Creates the source, which fills {@code rollout} again and again. */
  public CollectThenLearn(Collector collector, Rollout rollout) {
    this.collector = collector;
    this.rollout = rollout;
  }

  @Override
  public boolean isRunning() {
    return collector.isRunning();
  }

  @Override
  public void reset(long seed) {
    collector.reset(seed);
  }

  @Override
  public Rollout next(long firstStep, boolean isLast, Consumer<Episode> episodes) {
    collector.collect(rollout, firstStep, episodes);
    return rollout;
  }

  @Override
  public int cutEpisodes() {
    return collector.cutEpisodes();
  }

  @Override
  public int lag() {
    return 0;
  }

  @Override
  public void save(TrainingState state) {
    collector.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    collector.restore(state);
  }

  @Override
  public void close() {}
}
