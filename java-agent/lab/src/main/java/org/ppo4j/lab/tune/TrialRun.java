package org.ppo4j.lab.tune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.gymnasium.PythonException;
import org.ppo4j.lab.tune.OptunaStudy.Asked;
import org.ppo4j.lab.tune.OptunaStudy.Ending;

/**
 * One trial: its seeds are trained one after the other. It is compared with others on rungs of
 * successive halving, whose resource is the environment steps of all its seeds: after a quarter and
 * half of the first seed's steps, and after each seed.
 */
final class TrialRun {
  private final OptunaStudy study;
  private final Search.Plan plan;
  private final Search.Trainings trainings;
  private final Asked asked;
  private final long start = System.nanoTime();
  private final List<Double> figures = new ArrayList<>();
  private @Nullable Training training;
  private boolean stopping;
  private volatile boolean pruned;
  private long steps;
  private double lastReport;

  /**
   * How a trial ended.
   *
   * @param figure the figure of a complete one
   * @param attributes what the study records
   * @param text a phrase for the user
   */
  record Result(Ending ending, double figure, Map<String, Object> attributes, String text) {}

  TrialRun(OptunaStudy study, Search.Plan plan, Search.Trainings trainings, Asked asked) {
    this.study = study;
    this.plan = plan;
    this.trainings = trainings;
    this.asked = asked;
  }

  /** Trains the seeds; what a training throws is the reason of a failed trial. */
  Result run() {
    try {
      for (long seed : plan.seeds()) {
        if (!train(seed)) {
          return pruned
              ? result(Ending.PRUNED, null, prunedText())
              : result(Ending.INTERRUPTED, null, "interrupted");
        }
      }
      return result(Ending.COMPLETE, null, "");
    } catch (NonFiniteException e) {
      return failed("diverged: " + e.getMessage());
    } catch (StudyException e) {
      throw e.cause;
    } catch (RuntimeException e) {
      return failed("failed: " + reason(e));
    }
  }

  private static String reason(RuntimeException e) {
    return e instanceof PythonException python
        ? python.summary()
        : Objects.requireNonNullElseGet(e.getMessage(), e::toString);
  }

  private Result failed(String reason) {
    return result(Ending.FAILED, reason, reason);
  }

  private Result result(Ending ending, @Nullable String reason, String phrase) {
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("figures", figures);
    attributes.put("steps", steps);
    attributes.put("seconds", Math.rint(10 * seconds) / 10);
    if (reason != null) {
      attributes.put(StudyTrial.REASON, reason);
    }
    double figure = ending == Ending.COMPLETE ? figure() : 0;
    String text = ending == Ending.COMPLETE ? completeText(figure) : phrase;
    return new Result(
        ending, figure, attributes, text + String.format(Locale.ROOT, ", %.0f s", seconds));
  }

  private String completeText(double figure) {
    String each =
        figures.stream()
            .map(value -> String.format(Locale.ROOT, "%,.2f", value))
            .collect(Collectors.joining(" | "));
    return String.format(Locale.ROOT, "%,.2f (seeds %s)", figure, each);
  }

  private String prunedText() {
    return String.format(Locale.ROOT, "pruned at %,.2f after %,d steps", lastReport, steps);
  }

  private double figure() {
    return Ranking.figure(figures.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Trains one seed; returns whether the trial continues. */
  private boolean train(long seed) {
    Rungs rungs = new Rungs();
    try (Training made = trainings.make(asked.params(), seed, rungs)) {
      synchronized (this) {
        if (stopping) {
          return false;
        }
        training = made;
      }
      Outcome outcome = made.run();
      steps += made.globalStep();
      if (outcome != Outcome.FINISHED) {
        return false;
      }
      double mean = made.returns().mean();
      if (Double.isNaN(mean)) {
        throw new IllegalStateException(
            "no episode ended in %,d steps, so there is no return; give more --steps"
                .formatted(made.globalStep()));
      }
      figures.add(mean);
      pruned =
          report(plan.steps() * figures.size(), figure()) && figures.size() < plan.seeds().size();
      return !pruned;
    } finally {
      synchronized (this) {
        training = null;
      }
    }
  }

  private boolean report(long step, double figure) {
    lastReport = figure;
    try {
      return study.report(asked.number(), step, figure);
    } catch (RuntimeException e) {
      throw new StudyException(e);
    }
  }

  synchronized void stop() {
    stopping = true;
    if (training != null) {
      training.stop();
    }
  }

  synchronized void cancel() {
    stopping = true;
    if (training != null) {
      training.cancel();
    }
  }

  /** A failure of the study, which ends the search, in a training's listener. */
  private static final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final RuntimeException cause;

    StudyException(RuntimeException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /** Reports the first seed's recent returns. */
  private final class Rungs implements TrainingListener {
    private final long[] steps =
        DoubleStream.of(0.25, 0.5).mapToLong(part -> (long) (part * plan.steps())).toArray();
    private int next;
    private @Nullable RunningTraining running;

    @Override
    public void started(RunningTraining started) {
      running = started;
    }

    @Override
    public void iteration(Iteration iteration) {
      RunningTraining now = Objects.requireNonNull(running);
      long rung = 0;
      while (figures.isEmpty() && next < steps.length && iteration.globalStep() >= steps[next]) {
        rung = steps[next];
        next++;
      }
      if (rung > 0 && now.returns().episodes() > 0 && report(rung, now.returns().mean())) {
        pruned = true;
        now.stop();
      }
    }
  }
}
