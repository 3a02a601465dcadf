package org.ppo4j.app;

import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Continues the training of a checkpoint in its run folder. */
final class Continuation {
  private final RunFolder folder;
  private final Checkpoint checkpoint;
  private final RunConfig config;
  private final @Nullable Long totalTimesteps;
  private final CommandSpec spec;

  /**
   * @param totalTimesteps a new end of the training; null for the one that it has
   * @param stopAtReturn a new mean return to stop at; null for the one that it has
   * @throws ParameterException if {@code totalTimesteps} is not valid
   */
  Continuation(
      RunFolder folder,
      Checkpoint checkpoint,
      @Nullable Long totalTimesteps,
      @Nullable Double stopAtReturn,
      CommandSpec spec) {
    this.folder = folder;
    this.checkpoint = checkpoint;
    this.totalTimesteps = totalTimesteps;
    this.spec = spec;
    config = config(stopAtReturn);
  }

  /** Trains to the end or until stopped, and returns the exit code of the process. */
  int run(
      EnvironmentOptions environments,
      ActorOptions actors,
      ThreadsOption threads,
      ListenerOption listeners,
      VideoOption videos,
      InPlaceOption inPlace,
      DashboardOption dashboard,
      TrackOption track,
      OutputOptions output,
      EndOptions endOptions) {
    videos.check();
    track.check();
    PrintWriter err = spec.commandLine().getErr();
    boolean quiet = output.quiet();
    PrintWriter out = endOptions.out(quiet);
    boolean evaluatesInPlace = inPlace.of(config, actors);
    PpoConfig hyperparameters = config.hyperparameters();
    String end = end();
    if (end != null) {
      out.println(folder.path() + end);
      out.flush();
      return endOptions.ended(folder, 0);
    }
    TrainingBuilder builder =
        Training.resume(checkpoint)
            .hyperparameters(unchanged -> hyperparameters)
            .environments(
                config.backend(),
                numEnvs ->
                    open(environments, numEnvs, new WorkerSeeds(config.seed(), config.seed())))
            .threads(threads.threads());
    if (config.stopAtReturn() != null) {
      builder.stopAtReturn(config.stopAtReturn());
    }
    listeners.addTo(builder);
    actors.addTo(builder);
    try (Training training = builder.build();
        TrackOption.Run tracked = track.start();
        DashboardOption.Page page = dashboard.open()) {
      CheckpointArgument.warnOfOtherVersions(checkpoint, training.env(), err);
      actors.print(config, out);
      videos.addTo(training, folder, environments);
      page.show(training, folder);
      tracked.add(training, folder, out, CommandLines.progress(spec));
      int exitCode =
          new TrainingSession(
                  training,
                  folder,
                  evaluatesInPlace
                      ? null
                      : numEnvs ->
                          open(
                              environments,
                              numEnvs,
                              TrainingSession.evaluationSeeds(config.seed())),
                  quiet,
                  output.hints(),
                  endOptions,
                  out,
                  err)
              .run();
      page.awaitReaders();
      return exitCode;
    }
  }

  /** Returns why the training cannot continue; null if it can. */
  private @Nullable String end() {
    PpoConfig hyperparameters = config.hyperparameters();
    long step = checkpoint.globalStep();
    if (step >= hyperparameters.numIterations() * hyperparameters.batchSize()) {
      return String.format(
          Locale.ROOT,
          " is finished: all its %,d steps are done; %s.",
          step,
          totalTimesteps == null || totalTimesteps == hyperparametersBefore().totalTimesteps()
              ? "continue it with a larger --total-timesteps"
              : "--total-timesteps " + totalTimesteps + " is not more");
    }
    Double mean = config.stopAtReturn();
    return mean != null && returns().reach(mean)
        ? String.format(
            Locale.ROOT,
            " is solved: at step %,d the mean return of the last 100 episodes was at least %s;"
                + " continue it with a higher --stop-at-return.",
            step,
            mean)
        : null;
  }

  private PpoConfig hyperparametersBefore() {
    return checkpoint.run().hyperparameters();
  }

  private RecentReturns returns() {
    RecentReturns returns = new RecentReturns(100);
    returns.restore(checkpoint.state());
    return returns;
  }

  private VectorEnv open(EnvironmentOptions environments, int numEnvs, WorkerSeeds seeds) {
    return environments.open(config, numEnvs, seeds);
  }

  private RunConfig config(@Nullable Double mean) {
    RunConfig run = mean == null ? checkpoint.run() : checkpoint.run().withStopAtReturn(mean);
    if (totalTimesteps == null) {
      return run;
    }
    try {
      return run.withTotalTimesteps(totalTimesteps);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OptionNames.message(e), e);
    }
  }
}
