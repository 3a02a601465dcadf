package org.ppo4j.agent.event;

import org.jspecify.annotations.Nullable;

/**
 * A training ended.
 *
 * @param outcome how it ended
 * @param globalStep environment steps learnt from, over all sub-environments
 * @param failure why it failed; null unless the outcome is {@link Outcome#FAILED}
 */
public record Finished(Outcome outcome, long globalStep, @Nullable Throwable failure) {
  /** Returns the same end as the failure {@code e}. */
  public Finished failed(Throwable e) {
    return new Finished(Outcome.FAILED, globalStep, e);
  }
}
