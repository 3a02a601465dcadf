package org.ppo4j.agent.rollout;

import java.util.function.Consumer;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.state.Stateful;

/** Gives rollouts to learn from, one after the other. */
public interface RolloutSource extends Stateful, AutoCloseable {

  /**
   * Returns whether episodes are in progress; if not, {@link #reset} must be called before {@link
   * #next}.
   */
  boolean isRunning();

  /** Starts new episodes in all sub-environments. */
  void reset(long seed);

  /**
   * Returns the next rollout, with everything but advantages and returns; valid until the next
   * call.
   *
   * @param firstStep environment steps taken before it, over all environments
   * @param isLast whether no other will be asked for
   * @param episodes receives the episodes that ended in it, on the calling thread
   */
  Rollout next(long firstStep, boolean isLast, Consumer<Episode> episodes);

  /**
   * Cuts off all episodes, because the environments were used for something else; {@link #reset}
   * must be called before the next rollout.
   *
   * @return how many episodes were in progress
   * @throws IllegalStateException if a rollout is being collected
   */
  int cutEpisodes();

  /** Returns how many updates older than the learner the policy of the last rollout was. */
  int lag();

  /** Adds figures on how the last rollout was collected. */
  default void report(Metrics metrics) {}

  @Override
  void close();
}
