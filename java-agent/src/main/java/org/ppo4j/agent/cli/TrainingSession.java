package org.ppo4j.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.TrainingListener;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.checkpoint.RunConfig;
import org.ppo4j.agent.checkpoint.State;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.run.RunSummary;
import org.ppo4j.agent.run.RunSummary.Outcome;
import org.ppo4j.agent.update.UpdateStats;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;

/** One training with all around it: the folder it fills, the progress it shows, Ctrl-C. */
final class TrainingSession {
  /** An update of the slowest environments takes less; a hung one must not hold the process. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunConfig run;
  private final EnvSpec env;
  private final Ppo ppo;
  private final RunFolder folder;
  private final long checkpointEvery;
  private final PrintWriter out;
  private final Provenance provenance = Provenance.of(Launcher.home());

  /**
   * @param checkpointEvery steps between checkpoints; 0 for one at the end only
   * @param out receives what was started and what came of it
   */
  TrainingSession(
      RunConfig run,
      EnvSpec env,
      Ppo ppo,
      RunFolder folder,
      long checkpointEvery,
      PrintWriter out) {
    this.run = run;
    this.env = env;
    this.ppo = ppo;
    this.folder = folder;
    this.checkpointEvery = checkpointEvery;
    this.out = out;
  }

  /** Trains to the end or until stopped; returns the exit code of the process. */
  int run(boolean quiet, PrintWriter err) {
    printStart();
    try (Interrupts interrupts = new Interrupts(ppo::stop, PATIENCE, err);
        RunRecorder recorder = new RunRecorder(folder, InstantSource.system())) {
      try (Progress progress = progress(quiet)) {
        ppo.train(new Listener(recorder, progress));
      } catch (RuntimeException e) {
        record(e, recorder);
        throw e;
      }
      boolean stopped = interrupts.exitCode() != 0;
      RunSummary summary = summary(recorder, stopped ? Outcome.STOPPED : Outcome.FINISHED, null);
      writeCheckpoint();
      folder.write(summary);
      printEnd(summary);
      return interrupts.exitCode();
    }
  }

  private Progress progress(boolean quiet) {
    long steps = run.hyperparameters().numIterations() * run.hyperparameters().batchSize();
    return quiet ? Progress.none() : Progress.to(System.err, Terminal.columns(), steps);
  }

  /** Hands reports on to the folder's files and the progress, and writes checkpoints between. */
  private final class Listener implements TrainingListener {
    private final RunRecorder recorder;
    private final Progress progress;
    private long checkpoints;

    Listener(RunRecorder recorder, Progress progress) {
      this.recorder = recorder;
      this.progress = progress;
    }

    @Override
    public void episode(long globalStep, int env, double episodicReturn, int length) {
      recorder.episode(globalStep, env, episodicReturn, length);
    }

    @Override
    public void update(long globalStep, double learningRate, UpdateStats stats) {
      recorder.update(globalStep, learningRate, stats);
      progress.show(globalStep, recorder.returns().mean());
      if (checkpointEvery > 0 && globalStep / checkpointEvery > checkpoints) {
        checkpoints = globalStep / checkpointEvery;
        writeCheckpoint();
      }
    }
  }

  private void writeCheckpoint() {
    State state = new State();
    ppo.save(state);
    new Checkpoint(
            run,
            env.observationSpace(),
            env.actionSpace(),
            env.versions(),
            ppo.globalStep(),
            provenance.now(),
            state)
        .write(folder.checkpoint(ppo.globalStep()));
  }

  /** Leaves what can be left. A failing environment does not touch what was learnt before. */
  private void record(RuntimeException failure, RunRecorder recorder) {
    try {
      if (failure instanceof EnvException) {
        writeCheckpoint();
      }
      folder.write(summary(recorder, Outcome.FAILED, failure.getMessage()));
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
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
        run.env(), lower(run.backend()), run.hyperparameters().numEnvs());
    print("Engine       %s", lower(run.engine()));
    print("Profile      %s", lower(run.profile()));
    print("Seed         %d", run.seed());
    print("Run folder   %s", folder.path());
    out.flush();
  }

  private void printEnd(RunSummary summary) {
    print(
        "%s after %,d steps in %s, %,.0f steps/s.",
        summary.outcome() == Outcome.FINISHED ? "Finished" : "Stopped",
        summary.totalSteps(),
        Durations.text(summary.wallSeconds()),
        summary.sps());
    if (summary.last100MeanReturn() != null) {
      print(
          "Mean return of the last %d episodes: %.2f",
          Math.min(100, summary.episodes()), summary.last100MeanReturn());
    }
    print("Results are in %s; evaluate the policy with", folder.path());
    print("  ./ppo4j evaluate %s", folder.path());
    out.flush();
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
