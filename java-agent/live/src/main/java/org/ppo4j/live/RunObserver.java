package org.ppo4j.live;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.metrics.Episode;

/**
 * Shows a training while it runs. Its numbers are kept in any case, a few kilobytes a thousand
 * updates. Updates are sampled and the policy is copied only while a page shows them.
 */
final class RunObserver implements TrainingListener, LossObserver {
  private static final long SAMPLING_NANOS = 500_000_000;
  private static final long POLICY_NANOS = 2_000_000_000;

  private final String title;
  private final Consumer<ShownRun> shown;
  private final RecentMean returns = new RecentMean();
  private final RecentMean lengths = new RecentMean();
  private final Pace pace = new Pace();
  private @Nullable RunningTraining training;
  private @Nullable ShownRun run;
  private @Nullable UpdateSampler sampler;
  private double evaluation = Double.NaN;
  private long start; // as System.nanoTime, like the next two
  private long sampledAt;
  private long policyAt;

  /**
   * @param title the name of the run
   * @param shown receives the run when the training starts
   */
  RunObserver(String title, Consumer<ShownRun> shown) {
    this.title = title;
    this.shown = shown;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    sampler = new UpdateSampler(started.config().hyperparameters(), UpdateSampler.POINTS);
    start = System.nanoTime();
    sampledAt = start - SAMPLING_NANOS;
    policyAt = start - POLICY_NANOS;
    pace.at(0, started.globalStep());
    run =
        new ShownRun(
            new ShownRun.OfEnvironment(title, started.config()),
            "running",
            Player.of(started.config()));
    if (run.player() != null) {
      run.player().play(started.policy());
    }
    shown.accept(run);
  }

  @Override
  public void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages) {
    if (sampler != null) {
      sampler.minibatch(rows, newLogProbs, oldLogProbs, advantages);
    }
  }

  @Override
  public void episode(Episode episode) {
    returns.add(episode.episodicReturn());
    lengths.add(episode.length());
  }

  @Override
  public void evaluated(Evaluation evaluated) {
    evaluation = evaluated.result().meanReturn();
  }

  @Override
  public void iteration(Iteration iteration) {
    if (run == null || training == null || sampler == null) {
      return;
    }
    long now = System.nanoTime();
    double seconds = (now - start) * 1e-9;
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(ShownRun.RETURN, returns.mean());
    numbers.put(ShownRun.LENGTH, lengths.mean());
    numbers.put(ShownRun.SPEED, pace.at(seconds, iteration.globalStep()));
    if (!Double.isNaN(evaluation)) {
      numbers.put("charts/eval_return", evaluation);
    }
    run.history.add(iteration.globalStep(), seconds, numbers, iteration.metrics().values());
    if (sampler.isSampling()) {
      show(run, training, sampler, iteration);
    }
    if (run.viewers.get() > 0) {
      serve(run, training, sampler, now);
    }
  }

  private static void show(
      ShownRun run, RunningTraining training, UpdateSampler sampler, Iteration iteration) {
    Update update =
        sampler.end(
            iteration.number(),
            iteration.globalStep(),
            iteration.metrics().has("charts/clip_coef")
                ? iteration.metrics().get("charts/clip_coef")
                : training.config().hyperparameters().loss().clipCoef());
    if (update != null) {
      run.show(update);
    }
  }

  private void serve(ShownRun watched, RunningTraining running, UpdateSampler samples, long now) {
    if (now - sampledAt >= SAMPLING_NANOS) {
      sampledAt = now;
      samples.begin();
    }
    if (watched.player() != null && now - policyAt >= POLICY_NANOS) {
      policyAt = now;
      watched.player().play(running.policy());
    }
  }

  @Override
  public void finished(Finished finished) {
    if (run != null && training != null) {
      if (run.player() != null && finished.failure() == null) {
        run.player().play(training.policy());
      }
      run.end(finished.outcome().name().toLowerCase(java.util.Locale.ROOT));
    }
  }
}
