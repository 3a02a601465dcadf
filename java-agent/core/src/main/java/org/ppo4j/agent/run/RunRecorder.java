package org.ppo4j.agent.run;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.event.UpdateStats;
import org.ppo4j.agent.loss.ClipCase;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.tensorboard.EventWriter;

/**
 * Writes what a training reports into its run folder: episodes to {@code episodes.csv}, evaluations
 * to {@code evaluations.csv}, and everything under CleanRL's names to TensorBoard. Files are
 * flushed once a second, so that a run can be watched.
 */
public final class RunRecorder implements TrainingListener, AutoCloseable {
  private static final String EPISODES_HEADER = "global_step,episodic_return,episodic_length";
  private static final String EVALUATIONS_HEADER =
      "global_step,episodes,mean_return,std_return,mean_length";
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Instant start;
  private final RunFolder folder;
  private final StepLog episodes;
  private final EventWriter events;
  private final RecentReturns returns;
  private final double secondsBefore;
  private @Nullable StepLog evaluations;
  private Instant flushed;

  /** Makes the files of {@code folder}; the training's time runs from now. */
  public RunRecorder(RunFolder folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
    start = clock.instant();
    flushed = start;
    secondsBefore = 0;
    returns = new RecentReturns(100);
    episodes = StepLog.create(folder.episodes(), EPISODES_HEADER);
    events = EventWriter.create(folder.path(), start);
  }

  /**
   * Goes on where the recorder stood that {@linkplain #save saved} {@code state} at {@code
   * globalStep}: later rows and events are dropped, and the training's time runs on.
   */
  public RunRecorder(RunFolder folder, InstantSource clock, long globalStep, TrainingState state) {
    this.folder = folder;
    this.clock = clock;
    start = clock.instant();
    flushed = start;
    secondsBefore = state.doubles("run/seconds")[0];
    returns = RecentReturns.of(state);
    episodes = StepLog.resume(folder.episodes(), EPISODES_HEADER, globalStep);
    events =
        folder
            .eventFile()
            .map(file -> EventWriter.resume(file, globalStep))
            .orElseGet(() -> EventWriter.create(folder.path(), start));
    if (Files.exists(folder.evaluations())) {
      evaluations = StepLog.resume(folder.evaluations(), EVALUATIONS_HEADER, globalStep);
    }
  }

  @Override
  public void episode(long globalStep, int env, double episodicReturn, int length) {
    returns.add(episodicReturn);
    episodes.row(globalStep, episodicReturn, length);
    Instant now = clock.instant();
    events.scalar(now, globalStep, "charts/episodic_return", episodicReturn);
    events.scalar(now, globalStep, "charts/episodic_length", length);
    flushAfter(now);
  }

  @Override
  public void update(long globalStep, double learningRate, UpdateStats stats) {
    Instant now = clock.instant();
    events.scalar(now, globalStep, "charts/learning_rate", learningRate);
    events.scalar(now, globalStep, "charts/clip_coef", stats.clipCoef());
    events.scalar(now, globalStep, "losses/value_loss", stats.valueLoss());
    events.scalar(now, globalStep, "losses/policy_loss", stats.policyLoss());
    events.scalar(now, globalStep, "losses/entropy", stats.entropy());
    events.scalar(now, globalStep, "losses/old_approx_kl", stats.oldApproxKl());
    events.scalar(now, globalStep, "losses/approx_kl", stats.approxKl());
    events.scalar(now, globalStep, "losses/clipfrac", stats.clipFraction());
    events.scalar(now, globalStep, "losses/explained_variance", stats.explainedVariance());
    events.scalar(now, globalStep, "losses/gradient_norm", stats.gradientNorm());
    stats
        .clipShares()
        .forEach((clipCase, share) -> events.scalar(now, globalStep, tag(clipCase), share));
    double seconds = seconds(now);
    if (seconds > 0) {
      events.scalar(now, globalStep, "charts/SPS", Math.floor(globalStep / seconds));
    }
    flushAfter(now);
  }

  /** Records an evaluation of the policy as it stands at {@code globalStep}. */
  public void evaluation(long globalStep, EvaluationResult result) {
    if (evaluations == null) {
      evaluations = StepLog.create(folder.evaluations(), EVALUATIONS_HEADER);
    }
    evaluations.row(
        globalStep,
        result.returns().length,
        result.meanReturn(),
        result.stdReturn(),
        result.meanLength());
    Instant now = clock.instant();
    events.scalar(now, globalStep, "charts/eval_return", result.meanReturn());
    flushAfter(now);
  }

  /** Puts what a recorder needs to go on under {@code run/}. */
  public void save(TrainingState state) {
    state.put("run/seconds", new double[] {seconds()});
    returns.save(state);
  }

  /**
   * Returns once everything reported is on the disk. Due before a checkpoint, so that the files
   * hold at least what the checkpoint goes on from.
   */
  public void force() {
    episodes.force();
    events.force();
    if (evaluations != null) {
      evaluations.force();
    }
  }

  /** Returns the returns of the last 100 episodes. */
  public RecentReturns returns() {
    return returns;
  }

  /** Returns the seconds that the training has taken, over all its stops and resumptions. */
  public double seconds() {
    return seconds(clock.instant());
  }

  @Override
  public void close() {
    try (events;
        episodes) {
      if (evaluations != null) {
        evaluations.close();
      }
    }
  }

  private static String tag(ClipCase clipCase) {
    return "clip/" + clipCase.name().toLowerCase(Locale.ROOT);
  }

  private double seconds(Instant now) {
    return secondsBefore + Duration.between(start, now).toNanos() * 1e-9;
  }

  private void flushAfter(Instant now) {
    if (Duration.between(flushed, now).compareTo(FLUSH_INTERVAL) >= 0) {
      flushed = now;
      episodes.flush();
      events.flush();
      if (evaluations != null) {
        evaluations.flush();
      }
    }
  }
}
