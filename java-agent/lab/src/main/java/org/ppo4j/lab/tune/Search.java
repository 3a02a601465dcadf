package org.ppo4j.lab.tune;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.lab.tune.OptunaStudy.Asked;
import org.ppo4j.lab.tune.OptunaStudy.Ending;
import org.ppo4j.lab.tune.TrialRun.Result;

/**
 * Runs the trials of a study, several at a time, until there are as many as wanted. {@link #stop}
 * and {@link #cancel} may be called from any thread.
 */
public final class Search {
  private final OptunaStudy study;
  private final Plan plan;
  private final Trainings trainings;
  private final Consumer<String> progress;
  private final Set<TrialRun> running = new HashSet<>();
  private int begun;
  private int ended;
  private @Nullable StudyTrial best;
  private volatile boolean stopping;

  /**
   * What to run.
   *
   * @param trials the trials of the study, those of earlier searches included
   * @param jobs how many run at a time
   * @param seeds the seeds of each trial
   * @param steps the environment steps of each seed
   * @param timeout the time after which no trial begins; null for no limit
   */
  public record Plan(
      int trials, int jobs, List<Long> seeds, long steps, @Nullable Duration timeout) {
    public Plan {
      seeds = List.copyOf(seeds);
    }

    /** Returns the environment steps after which a trial is first compared with others. */
    public long firstRung() {
      return Math.max(1, steps / 4);
    }
  }

  /** Makes trainings. */
  @FunctionalInterface
  public interface Trainings {
    /**
     * Makes a training, which the caller closes.
     *
     * @param parameters the parameters of a trial
     */
    Training make(Map<String, JsonNode> parameters, long seed, TrainingListener listener);
  }

  /**
   * Creates a search.
   *
   * @param progress receives a line when a trial ends; called by one thread at a time
   */
  public Search(OptunaStudy study, Plan plan, Trainings trainings, Consumer<String> progress) {
    this.study = study;
    this.plan = plan;
    this.trainings = trainings;
    this.progress = progress;
  }

  /** Runs trials until there are enough, the time is up, or the search is stopped. */
  public void run() {
    List<StudyTrial> before = study.trials();
    begun = (int) before.stream().filter(StudyTrial::counts).count();
    ended = begun;
    best = OptunaStudy.best(before).orElse(null);
    long deadline =
        plan.timeout == null ? Long.MAX_VALUE : System.nanoTime() + plan.timeout.toNanos();
    int threads = Math.max(1, Math.min(plan.jobs, plan.trials - begun));
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("ppo4j-trial-", 0).factory())) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(pool.submit(() -> runTrials(deadline)));
      }
      for (Future<?> each : futures) {
        await(each);
      }
    }
  }

  private void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      stop(); // the other threads
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    }
  }

  private void runTrials(long deadline) {
    try {
      while (claim(deadline)) {
        runTrial();
      }
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  private synchronized boolean claim(long deadline) {
    if (stopping || begun >= plan.trials || System.nanoTime() - deadline > 0) {
      return false;
    }
    begun++;
    return true;
  }

  private void runTrial() {
    Asked asked = study.ask();
    TrialRun run = new TrialRun(study, plan, trainings, asked);
    synchronized (this) {
      running.add(run);
      if (stopping) {
        run.stop();
      }
    }
    Result result = run.run();
    study.tell(asked.number(), result.ending(), result.figure(), result.attributes());
    synchronized (this) {
      running.remove(run);
      ended(asked, result);
    }
  }

  private void ended(Asked asked, Result result) {
    if (result.ending() == Ending.INTERRUPTED) {
      progress.accept("trial %d: interrupted; it will be tried again".formatted(asked.number()));
      return;
    }
    ended++;
    if (result.ending() == Ending.COMPLETE
        && (best == null || result.figure() > best.lastFigure())) {
      best =
          new StudyTrial(
              asked.number(),
              StudyTrial.State.COMPLETE,
              result.figure(),
              asked.params(),
              List.of(),
              Map.of());
    }
    String bestSoFar =
        best == null
            ? "none complete yet"
            : String.format(
                Locale.ROOT, "best so far %,.2f (trial %d)", best.lastFigure(), best.number());
    progress.accept(
        "trial %d: %s; %s; %d of %d"
            .formatted(asked.number(), result.text(), bestSoFar, ended, plan.trials));
  }

  /** Ends the search after the current iterations; what runs is tried again in the next search. */
  public synchronized void stop() {
    stopping = true;
    running.forEach(TrialRun::stop);
  }

  /** Ends the search as soon as possible. */
  public synchronized void cancel() {
    stopping = true;
    running.forEach(TrialRun::cancel);
  }
}
