package org.ppo4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      converter = RunNames.class,
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

  @Mixin private ActorOptions actors;

  @Mixin private ThreadsOption threads;

  @Mixin private ListenerOption listeners;

  @Mixin private VideoOption videos;

  @Mixin private InPlaceOption inPlace;

  @Mixin private DashboardOption dashboard;

  @Mixin private TrackOption track;

  @Mixin private OutputOptions output;

  @Mixin private EndOptions end;

  @Override
  public Integer call() {
    end.check();
    actors.check(environments);
    RunFolder folder = RunFolder.open(folder());
    Checkpoint checkpoint = CheckpointArgument.read(run, spec.commandLine().getErr());
    return new Continuation(folder, checkpoint, totalTimesteps, stop.atReturn(), spec)
        .run(
            environments,
            actors,
            threads,
            listeners,
            videos,
            inPlace,
            dashboard,
            track,
            output,
            end);
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
}
