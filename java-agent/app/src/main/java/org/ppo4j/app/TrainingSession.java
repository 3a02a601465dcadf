package org.ppo4j.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.event.UpdateStats;
import org.ppo4j.agent.run.Provenance;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.run.RunSummary;
import org.ppo4j.agent.run.RunSummary.Outcome;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.VectorEnv;

/** One training with all around it: the folder it fills, the progress it shows, Ctrl-C. */
final class TrainingSession {
  /** An update of the slowest environments takes less; a hung one must not hold the process. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunConfig run;
  private final EnvSpec env;
  private final Ppo ppo;
  private final RunFolder folder;
  private final IntFunction<VectorEnv> environments;
  private final PrintWriter out;
  private final Provenance provenance = Provenance.of(Launcher.home());
  private final CheckpointWriter checkpoints;

  /** The training as it stood after the last update, to be saved whatever happens later. */
  private final TrainingState good = new TrainingState();

  private long goodStep;

  /**
   * @param environments makes that many sub-environments, for evaluations
   * @param out receives what was started and what came of it
   */
  TrainingSession(
      RunConfig run,
      EnvSpec env,
      Ppo ppo,
      RunFolder folder,
      IntFunction<VectorEnv> environments,
      PrintWriter out) {
    this.run = run;
    this.env = env;
    this.ppo = ppo;
    this.folder = folder;
    this.environments = environments;
    this.out = out;
    checkpoints = new CheckpointWriter(run, env, folder, provenance);
  }

  /** Trains from scratch, to the end or until stopped; returns the exit code of the process. */
  int start(boolean quiet, PrintWriter err) {
    return train(new RunRecorder(folder, InstantSource.system()), quiet, err);
  }

  /** Goes on from {@code state}, which the training was restored from; otherwise as a start. */
  int resume(TrainingState state, boolean quiet, PrintWriter err) {
    return train(
        new RunRecorder(folder, InstantSource.system(), ppo.globalStep(), state), quiet, err);
  }

  private int train(RunRecorder opened, boolean quiet, PrintWriter err) {
    printStart();
    try (RunRecorder recorder = opened;
        Interrupts interrupts = new Interrupts(ppo::stop, PATIENCE, err)) {
      folder.rewind(ppo.globalStep());
      folder.write(run);
      remember(recorder);
      try (Progress progress = progress(quiet);
          PeriodicEvaluation evaluation = new PeriodicEvaluation(run, environments)) {
        ppo.train(new Listener(recorder, progress, evaluation));
      } catch (RuntimeException e) {
        record(e, recorder);
        throw e;
      }
      boolean stopped = interrupts.exitCode() != 0;
      Outcome outcome =
          stopped ? Outcome.STOPPED : isSolved(recorder) ? Outcome.SOLVED : Outcome.FINISHED;
      RunSummary summary = summary(recorder, outcome, null);
      writeCheckpoint(recorder);
      folder.write(summary);
      printEnd(summary);
      return interrupts.exitCode();
    }
  }

  private Progress progress(boolean quiet) {
    return quiet
        ? Progress.none()
        : Progress.to(System.err, Terminal.columns(), ppo.globalStep(), steps());
  }

  /** Returns the steps of the training's whole rollouts. */
  private long steps() {
    return run.hyperparameters().numIterations() * run.hyperparameters().batchSize();
  }

  /** Hands reports on to the folder's files and the progress; evaluates and saves between. */
  private final class Listener implements TrainingListener {
    private final RunRecorder recorder;
    private final Progress progress;
    private final PeriodicEvaluation evaluation;

    Listener(RunRecorder recorder, Progress progress, PeriodicEvaluation evaluation) {
      this.recorder = recorder;
      this.progress = progress;
      this.evaluation = evaluation;
    }

    @Override
    public void episode(long globalStep, int env, double episodicReturn, int length) {
      recorder.episode(globalStep, env, episodicReturn, length);
    }

    @Override
    public void update(long globalStep, double learningRate, UpdateStats stats) {
      recorder.update(globalStep, learningRate, stats);
      progress.show(globalStep, recorder.returns().mean());
      remember(recorder);
      boolean solved = isSolved(recorder);
      long evalEvery = run.checkpointing().evalEvery();
      if (isDue(evalEvery) || (evalEvery > 0 && (solved || globalStep == steps()))) {
        EvaluationResult result = evaluation.run(good);
        recorder.evaluation(globalStep, result);
        recorder.force();
        checkpoints.offer(globalStep, good, result.meanReturn());
      }
      if (isDue(run.checkpointing().checkpointEvery())) {
        writeCheckpoint(recorder);
      }
      if (solved) {
        ppo.stop();
      }
    }
  }

  private boolean isSolved(RunRecorder recorder) {
    return run.stopAtReturn() != null && recorder.returns().reach(run.stopAtReturn());
  }

  /** Returns whether the last update passed a multiple of {@code every}; 0 is never passed. */
  private boolean isDue(long every) {
    long before = goodStep - run.hyperparameters().batchSize();
    return every > 0 && goodStep / every > before / every;
  }

  private void remember(RunRecorder recorder) {
    ppo.save(good);
    recorder.save(good);
    goodStep = ppo.globalStep();
  }

  private void writeCheckpoint(RunRecorder recorder) {
    recorder.force();
    checkpoints.write(goodStep, good);
  }

  /** Leaves what can be left: no failure touches what stood after the last update. */
  private void record(RuntimeException failure, RunRecorder recorder) {
    List<Runnable> last =
        List.of(
            () -> writeCheckpoint(recorder),
            () -> folder.write(summary(recorder, Outcome.FAILED, failure.getMessage())));
    for (Runnable each : last) {
      try {
        each.run();
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private RunSummary summary(RunRecorder recorder, Outcome outcome, @Nullable String error) {
    double seconds = recorder.seconds();
    double mean = recorder.returns().mean();
    return new RunSummary(
        run.env(),
        run.backend(),
        run.engine(),
        run.seed(),
        outcome,
        error,
        ppo.globalStep(),
        seconds,
        ppo.globalStep() / seconds,
        recorder.returns().episodes(),
        Double.isNaN(mean) ? null : mean,
        env.versions(),
        provenance.now());
  }

  private void printStart() {
    print(
        "Environment  %s (%s), %d at a time",
        run.env(), lower(run.backend()), run.hyperparameters().collect().numEnvs());
    print("Engine       %s", lower(run.engine()));
    print("Profile      %s", lower(run.profile()));
    print("Seed         %d", run.seed());
    print("Run folder   %s", folder.path());
    if (steps() < run.hyperparameters().totalTimesteps()) {
      print(
          "Steps        %,d, the whole rollouts of %,d in %,d",
          steps(), run.hyperparameters().batchSize(), run.hyperparameters().totalTimesteps());
    }
    if (run.stopAtReturn() != null) {
      print("Stops at     mean return %s of the last 100 episodes", run.stopAtReturn());
    }
    if (ppo.globalStep() > 0) {
      print("Resumed at   step %,d of %,d", ppo.globalStep(), steps());
    }
    out.flush();
  }

  private void printEnd(RunSummary summary) {
    print(
        "%s after %,d steps in %s, %,.0f steps/s.",
        capitalized(summary.outcome()),
        summary.totalSteps(),
        Durations.text(summary.wallSeconds()),
        summary.sps());
    if (summary.last100MeanReturn() != null) {
      print(
          "Mean return of the last %d episodes: %.2f",
          Math.min(100, summary.episodes()), summary.last100MeanReturn());
    }
    if (run.stopAtReturn() != null && summary.outcome() == Outcome.FINISHED) {
      print("Not solved: --stop-at-return %s was not reached.", run.stopAtReturn());
    }
    if (summary.outcome() != Outcome.STOPPED) {
      print("Results are in %s; evaluate the policy with", folder.path());
      print("  ./ppo4j evaluate %s", folder.path());
    } else {
      print("Results are in %s; go on with", folder.path());
      print("  ./ppo4j resume %s", folder.path());
    }
    out.flush();
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }

  private static String capitalized(Enum<?> constant) {
    return constant.name().charAt(0) + lower(constant).substring(1);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
