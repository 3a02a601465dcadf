package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.VectorEnv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j resume}: continues a training that was stopped. */
@Command(
    name = "resume",
    customSynopsis = "./ppo4j resume RUN [options]",
    description =
        "Continues a training that was stopped, in its run folder, to its end. What the folder"
            + " contains of later steps is deleted. On native environments the result equals that"
            + " of a training that was never stopped.")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      description = "A run folder, for its last checkpoint, or a checkpoint in one.")
  private Path run;

  @Option(
      names = "--total-timesteps",
      paramLabel = "N",
      description =
          "A new end of the training, which the schedules follow from now on. Default: as given"
              + " to train.")
  private @Nullable Long totalTimesteps;

  @Mixin private StopOption stop;

  @Mixin private EnvironmentOptions environments;

  @Mixin private ThreadsOption threads;

  @Mixin private ListenerOption listeners;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    boolean quiet = output.quiet();
    PrintWriter out =
        quiet ? new PrintWriter(PrintWriter.nullWriter()) : spec.commandLine().getOut();
    RunFolder folder = RunFolder.open(folder());
    Checkpoint checkpoint = CheckpointArgument.read(run, err);
    RunConfig config = config(checkpoint);
    PpoConfig hyperparameters = config.hyperparameters();
    String end = end(config, checkpoint);
    if (end != null) {
      out.println(folder.path() + end);
      out.flush();
      return 0;
    }
    TrainingBuilder builder =
        Training.resume(checkpoint)
            .hyperparameters(unchanged -> hyperparameters)
            .environments(config.backend(), numEnvs -> open(config, numEnvs))
            .threads(threads.threads());
    if (config.stopAtReturn() != null) {
      builder.stopAtReturn(config.stopAtReturn());
    }
    listeners.addTo(builder);
    try (Training training = builder.build()) {
      CheckpointArgument.warnOfOtherVersions(checkpoint, training.env(), err);
      return new TrainingSession(
              training, folder, numEnvs -> open(config, numEnvs), quiet, output.hints(), out, err)
          .run();
    }
  }

  /** Returns why the training cannot continue; null if it can. */
  private @Nullable String end(RunConfig config, Checkpoint checkpoint) {
    PpoConfig hyperparameters = config.hyperparameters();
    long step = checkpoint.globalStep();
    if (step >= hyperparameters.numIterations() * hyperparameters.batchSize()) {
      return String.format(
          Locale.ROOT,
          " is finished: all its %,d steps are done; %s.",
          step,
          totalTimesteps == null
              ? "continue it with a larger --total-timesteps"
              : "--total-timesteps " + totalTimesteps + " is not more");
    }
    Double mean = config.stopAtReturn();
    return mean != null && returns(checkpoint).reach(mean)
        ? String.format(
            Locale.ROOT,
            " is solved: at step %,d the mean return of the last 100 episodes was at least %s;"
                + " continue it with a higher --stop-at-return.",
            step,
            mean)
        : null;
  }

  private static RecentReturns returns(Checkpoint checkpoint) {
    RecentReturns returns = new RecentReturns(100);
    returns.restore(checkpoint.state());
    return returns;
  }

  private VectorEnv open(RunConfig config, int numEnvs) {
    return environments.open(config.backend(), config.env(), config.envKwargs(), numEnvs);
  }

  private Path folder() {
    CheckpointArgument.requireExists(run);
    if (Files.isDirectory(run)) {
      return run;
    }
    Path folder = Objects.requireNonNull(run.toAbsolutePath().getParent()).getParent();
    if (folder == null || !Files.isDirectory(folder.resolve("checkpoints"))) {
      throw new CommandException(
          ("%s is not in the folder checkpoints of a run folder, in which the training could"
                  + " continue")
              .formatted(run));
    }
    return folder;
  }

  private RunConfig config(Checkpoint checkpoint) {
    Double mean = stop.atReturn();
    RunConfig config = mean == null ? checkpoint.run() : checkpoint.run().withStopAtReturn(mean);
    if (totalTimesteps == null) {
      return config;
    }
    try {
      return config.withTotalTimesteps(totalTimesteps);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OptionNames.message(e), e);
    }
  }
}
