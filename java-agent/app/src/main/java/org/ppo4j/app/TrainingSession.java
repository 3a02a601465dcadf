package org.ppo4j.app;

import static java.util.stream.Collectors.joining;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.PeriodicEvaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.run.CheckpointFiles;
import org.ppo4j.agent.run.Hints;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Seeds.Purpose;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;

/**
 * Runs a training from the command line: writes its run folder, shows progress, stops on Ctrl-C.
 */
final class TrainingSession {
  private final Training training;
  private final RunConfig run;
  private final RunFolder folder;
  private final boolean inPlace;
  private final RunRecorder recorder;
  private final EndOptions end;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param environments creates sub-environments, given their number, for evaluations; null to
   *     evaluate in those of the training
   * @param quiet whether no progress is shown
   * @param hints whether signs of trouble are watched for
   * @param end how the training ends, and what is reported then
   * @param out receives the description of the training and its outcome
   * @param err receives warnings if no progress is shown; they go between its lines otherwise
   */
  TrainingSession(
      Training training,
      RunFolder folder,
      @Nullable IntFunction<VectorEnv> environments,
      boolean quiet,
      boolean hints,
      EndOptions end,
      PrintWriter out,
      PrintWriter err) {
    this.training = training;
    this.folder = folder;
    this.end = end;
    this.out = out;
    this.err = err;
    run = training.config();
    inPlace = environments == null;
    @Nullable ProgressListener progress =
        quiet ? null : new ProgressListener(System.err, Terminal.columns());
    Consumer<String> warnings = progress == null ? this::warn : progress::print;
    recorder = RunRecorder.withWarnings(folder, warnings);
    training.add(recorder);
    if (progress != null) {
      training.add(progress);
    }
    if (hints) {
      training.add(new Hints());
    }
    training.add(new CheckpointFiles(folder, recorder::force, warnings));
    training.add(
        environments == null ? PeriodicEvaluation.inPlace() : new PeriodicEvaluation(environments));
  }

  /** Returns the seeds of the environments of evaluations in a training with {@code seed}. */
  static WorkerSeeds evaluationSeeds(long seed) {
    return new WorkerSeeds(Seeds.ofEnvironments(seed, Purpose.EVALUATION), seed);
  }

  /** Trains to the end or until stopped, and returns the exit code of the process. */
  int run() {
    printStart();
    try (Interrupts interrupts = new Interrupts(new Stop(), err);
        Deadline deadline = new Deadline(training, end.limit())) {
      Outcome outcome = training.run();
      if (deadline.hasPassed() && outcome == Outcome.STOPPED) {
        print("The time of --max-seconds is over.");
      }
      printEnd(outcome);
      return end.ended(folder, interrupts.exitCode());
    }
  }

  private void warn(String warning) {
    err.println(warning);
    err.flush();
  }

  /** Stops the training, or saves it if it does not stop. */
  private final class Stop implements Interrupts.Stoppable {
    @Override
    public void stop() {
      training.stop();
    }

    @Override
    public void cancel() {
      training.cancel();
    }

    @Override
    public void rescue() {
      long step = training.globalStep();
      try {
        recorder.finished(new Finished(Outcome.STOPPED, step, null)); // rows before the checkpoint
      } finally {
        training.save(folder.checkpoint(step));
      }
    }
  }

  /** Prints what is special about observations and actions. */
  private void printInputs(EnvSpec env) {
    if (run.network() == null) {
      for (ImageInput image :
          ImageInput.all(env.observationSpace(), run.hyperparameters().network().cnn())) {
        print("Image        %s, cnn %s", image.text(), image.cnn());
      }
      if (run.hyperparameters().network().cnn().equals(Cnn.AUTO)) {
        for (Space.Box box : ImageInput.rows(env.observationSpace())) {
          print(
              "Image        %s as a row of numbers (--cnn LAYERS takes it through convolutions)",
              Arrays.stream(box.shape()).mapToObj(String::valueOf).collect(joining(" x ")));
        }
      }
    }
    if (env.criticOnly() > 0) {
      print("Critic       sees %d numbers more than the policy", env.criticOnly());
    }
    if (run.hyperparameters().action().maskSize(env) > 0) {
      print("Masks        invalid actions are masked (--action-masks none takes them)");
    }
  }

  private void printStart() {
    long totalSteps = run.hyperparameters().totalSteps();
    print(
        "Environment  %s (%s), %d at a time",
        run.env(), lower(run.backend()), run.hyperparameters().collect().numEnvs());
    if (run.network() == null) {
      print("Engine       %s", lower(run.engine()));
    } else {
      print("Network      %s", run.network());
    }
    printInputs(training.env());
    print("Algorithm    %s", run.algorithm().id());
    print("Profile      %s", lower(run.profile()));
    print("Seed         %d", run.seed());
    print("Run folder   %s", folder.path());
    if (totalSteps < run.hyperparameters().totalTimesteps()) {
      print(
          "Steps        %,d, the whole rollouts of %,d in %,d",
          totalSteps, run.hyperparameters().batchSize(), run.hyperparameters().totalTimesteps());
    }
    if (run.stopAtReturn() != null) {
      print("Stops at     mean return %s of the last 100 episodes", run.stopAtReturn());
    }
    RunConfig.Checkpointing checkpointing = run.checkpointing();
    if (checkpointing.evalEvery() > 0) {
      print(
          "Evaluation   every %,d steps, %d episodes on %s",
          checkpointing.evalEvery(),
          checkpointing.evalEpisodes(),
          inPlace
              ? "the training's environments, whose episodes are cut off then"
              : "separate environments");
    }
    if (training.globalStep() > 0) {
      print("Resumed at   step %,d of %,d", training.globalStep(), totalSteps);
    }
    out.flush();
  }

  private void printEnd(Outcome outcome) {
    double seconds = recorder.seconds();
    print(
        "%s after %,d steps in %s, %,.0f steps/s on average.",
        capitalized(outcome),
        training.globalStep(),
        Durations.text(seconds),
        training.globalStep() / seconds);
    long episodes = training.returns().episodes();
    if (episodes > 0) {
      print(
          "Mean return of the last %d episodes: %.2f",
          Math.min(100, episodes), training.returns().mean());
    } else {
      print("No episode has ended, so the mean return is unknown.");
    }
    if (run.stopAtReturn() != null && outcome == Outcome.FINISHED) {
      print("Not solved: --stop-at-return %s was not reached.", run.stopAtReturn());
    }
    if (outcome != Outcome.STOPPED) {
      print("Results are in %s; evaluate the policy with", folder.path());
      print("  %s", Launcher.command("evaluate", folder.path().toString()));
    } else {
      print("Results are in %s; continue with", folder.path());
      print("  %s", Launcher.command("resume", folder.path().toString()));
    }
    out.flush();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
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
