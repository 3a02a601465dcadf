package org.ppo4j.agent.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.ppo4j.agent.TrainingListener;
import org.ppo4j.agent.update.UpdateStats;

/**
 * Writes what a training reports into its run folder: episodes to {@code episodes.csv}, and
 * everything under CleanRL's names to TensorBoard. Files are flushed once a second, so that a run
 * can be watched.
 */
public final class RunRecorder implements TrainingListener, AutoCloseable {
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Instant start;
  private final EpisodeLog episodes;
  private final EventWriter events;
  private final RecentReturns returns = new RecentReturns(100);
  private Instant flushed;

  /** Opens the files of {@code folder}; the training's time runs from now. */
  public RunRecorder(RunFolder folder, InstantSource clock) {
    this.clock = clock;
    start = clock.instant();
    flushed = start;
    episodes = new EpisodeLog(folder.episodes());
    events = new EventWriter(folder.path(), start);
  }

  @Override
  public void episode(long globalStep, int env, double episodicReturn, int length) {
    returns.add(episodicReturn);
    episodes.episode(globalStep, episodicReturn, length);
    Instant now = clock.instant();
    events.scalar(now, globalStep, "charts/episodic_return", episodicReturn);
    events.scalar(now, globalStep, "charts/episodic_length", length);
    flushAfter(now);
  }

  @Override
  public void update(long globalStep, double learningRate, UpdateStats stats) {
    Instant now = clock.instant();
    events.scalar(now, globalStep, "charts/learning_rate", learningRate);
    events.scalar(now, globalStep, "losses/value_loss", stats.valueLoss());
    events.scalar(now, globalStep, "losses/policy_loss", stats.policyLoss());
    events.scalar(now, globalStep, "losses/entropy", stats.entropy());
    events.scalar(now, globalStep, "losses/old_approx_kl", stats.oldApproxKl());
    events.scalar(now, globalStep, "losses/approx_kl", stats.approxKl());
    events.scalar(now, globalStep, "losses/clipfrac", stats.clipFraction());
    events.scalar(now, globalStep, "losses/explained_variance", stats.explainedVariance());
    double seconds = seconds(now);
    if (seconds > 0) {
      events.scalar(now, globalStep, "charts/SPS", Math.floor(globalStep / seconds));
    }
    flushAfter(now);
  }

  /** Returns the returns of the last 100 episodes. */
  public RecentReturns returns() {
    return returns;
  }

  /** Returns the seconds since this recorder was made. */
  public double seconds() {
    return seconds(clock.instant());
  }

  @Override
  public void close() {
    try (events) {
      episodes.close();
    }
  }

  private double seconds(Instant now) {
    return Duration.between(start, now).toNanos() * 1e-9;
  }

  private void flushAfter(Instant now) {
    if (Duration.between(flushed, now).compareTo(FLUSH_INTERVAL) >= 0) {
      flushed = now;
      episodes.flush();
      events.flush();
    }
  }
}
