package org.ppo4j.live;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.loss.LossObserver;

/**
 * A training of a language model on the page of a {@link Dashboard}. The training's thread calls
 * all methods; what they receive is shown by other threads.
 */
public final class LanguageRun implements LossObserver {
  /**
   * What is known from the start.
   *
   * @param title the name of the run, such as that of its folder
   * @param model the model that the training starts from
   * @param algorithm such as {@code grpo}
   * @param seed the seed of the training
   * @param steps the number of steps of the whole training
   */
  public record About(String title, String model, String algorithm, long seed, long steps) {}

  /**
   * Updates that maximise PPO's clipped objective, with tokens as actions.
   *
   * @param range the clip range, the same on both sides of 1
   * @param minibatches the minibatches of an epoch
   * @param epochs the epochs of an update
   */
  public record Clipping(double range, int minibatches, int epochs) {}

  /** A text that the model drew. */
  public record Sample(String prompt, String completion, double reward) {}

  private static final long SAMPLING_NANOS = 500_000_000;

  private final ShownRun run;
  private final @Nullable Clipping clipping;
  private final @Nullable UpdateSampler sampler;
  private final Pace pace = new Pace();
  private final long start = System.nanoTime();
  private long sampledAt = start - SAMPLING_NANOS;
  private boolean hasBegun;

  LanguageRun(About about, @Nullable Clipping clipping) {
    this.clipping = clipping;
    run = new ShownRun(new ShownRun.OfLanguage(about, clipping != null), "running", null);
    sampler =
        clipping == null
            ? null
            : new UpdateSampler(clipping.minibatches, clipping.epochs, UpdateSampler.POINTS);
  }

  ShownRun shown() {
    return run;
  }

  /** Receives a minibatch of tokens; its samples are shown while a page is open. */
  @Override
  public void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages) {
    if (sampler != null) {
      sampler.minibatch(rows, newLogProbs, oldLogProbs, advantages);
    }
  }

  /**
   * Shows the numbers of a step.
   *
   * @param step the number of steps so far; 0 for numbers from before the first one
   * @param numbers by the names of the curves, such as {@code train/reward}; not changed any more
   */
  public void step(long step, Map<String, Double> numbers) {
    long now = System.nanoTime();
    double seconds = (now - start) * 1e-9;
    run.history.add(step, seconds, Map.of(ShownRun.SPEED, speed(step, seconds)), numbers);
    if (sampler == null || clipping == null) {
      return;
    }
    Update update = sampler.end(step, step, clipping.range);
    if (update != null) {
      run.show(update);
    }
    if (run.viewers.get() > 0 && now - sampledAt >= SAMPLING_NANOS) {
      sampledAt = now;
      sampler.begin();
    }
  }

  /** Returns the steps per second; NaN before the first step. */
  private double speed(long step, double seconds) {
    if (!hasBegun) {
      hasBegun = true;
      pace.at(0, Math.max(0, step - 1));
    }
    double speed = pace.at(seconds, step);
    return speed > 0 ? speed : Double.NaN;
  }

  /** Shows the newest texts instead of earlier ones. */
  public void samples(List<Sample> newest) {
    run.show(List.copyOf(newest));
  }

  /**
   * Shows that the training has ended.
   *
   * @param outcome {@code finished}, {@code stopped} or {@code failed}
   */
  public void end(String outcome) {
    run.end(outcome);
  }
}
