package org.ppo4j.app;

import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.lab.show.Film;
import org.ppo4j.lab.show.FilmedEnv;
import org.ppo4j.lab.show.PngFolder;
import org.ppo4j.lab.show.Stage;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j enjoy}: shows a trained policy at play. */
@Command(
    name = "enjoy",
    customSynopsis = "./ppo4j enjoy RUN [--video FILE | --frames DIR] [options]",
    description =
        "Plays a trained policy, in a window or into a file. Classic control is drawn in Java,"
            + " everything else by Gymnasium in Python.")
final class EnjoyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      converter = RunNames.class,
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @ArgGroup private Target target = new Target();

  /** Where the pictures go; at most one is given. */
  static final class Target {
    @Option(
        names = "--video",
        paramLabel = "FILE",
        description =
            "Write a video, FILE.mp4 or FILE.gif, which is replaced. Default: a window, which needs"
                + " a screen and Python.")
    private @Nullable Path video;

    @Option(
        names = "--frames",
        paramLabel = "DIR",
        description = "Write a folder of PNG files, one for each step.")
    private @Nullable Path frames;
  }

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "The number of episodes. Default: 1.")
  private int episodes = 1;

  @Mixin private PlayOptions playing;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Steps after which episodes that have not ended are cut. Default: 10,000.")
  private long maxSteps = 10_000;

  @Mixin private EnvironmentOptions environments;

  @Override
  public Integer call() {
    require(episodes >= 1, "--episodes must be at least 1, but is " + episodes);
    require(maxSteps >= 1, "--max-steps must be at least 1, but is " + maxSteps);
    playing.check();
    if (target.video != null) {
      try {
        Film.requireKnown(target.video);
      } catch (IllegalArgumentException e) {
        throw CommandLines.refused(spec, String.valueOf(e.getMessage()));
      }
    }
    Checkpoint checkpoint = playing.checkpoint(run);
    try (TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      if (target.video != null) {
        print(checkpoint, video(target.video, checkpoint, policy));
        print("Video    %s", target.video);
      } else if (target.frames != null) {
        print(checkpoint, frames(target.frames, checkpoint, policy));
        print("Frames   %s", target.frames);
      } else {
        print(checkpoint, window(checkpoint, policy));
      }
    }
    return 0;
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw CommandLines.refused(spec, otherwise);
    }
  }

  private EvaluationResult video(Path file, Checkpoint checkpoint, TrainedPolicy policy) {
    try (Stage stage = stage(checkpoint)) {
      return WholeFile.write(
          file,
          temporary -> {
            try (Film film = Film.of(temporary, stage.scene().framesPerSecond())) {
              return play(stage, film, checkpoint, policy);
            }
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the video " + file, e);
    }
  }

  private EvaluationResult frames(Path folder, Checkpoint checkpoint, TrainedPolicy policy) {
    try (Stage stage = stage(checkpoint);
        Film film = new PngFolder(folder)) {
      return play(stage, film, checkpoint, policy);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the frames in " + folder, e);
    }
  }

  private EvaluationResult window(Checkpoint checkpoint, TrainedPolicy policy) {
    if (GraphicsEnvironment.isHeadless()) {
      throw new CommandException(
          "there is no screen for a window; write a video instead, with --video FILE.mp4");
    }
    RunConfig config = checkpoint.run();
    try (VectorEnv env =
        new Stages(environments)
            .inWindow(config, checkpoint.versions(), playing.workerSeeds(config))) {
      return play(env, checkpoint, policy);
    }
  }

  private Stage stage(Checkpoint checkpoint) {
    RunConfig config = checkpoint.run();
    return new Stages(environments)
        .filmed(config, checkpoint.versions(), playing.workerSeeds(config));
  }

  private EvaluationResult play(
      Stage stage, Film film, Checkpoint checkpoint, TrainedPolicy policy) {
    return play(new FilmedEnv(stage.env(), stage.scene(), film), checkpoint, policy);
  }

  private EvaluationResult play(VectorEnv env, Checkpoint checkpoint, TrainedPolicy policy) {
    checkpoint.requireSpacesOf(env.spec());
    return playing.play(env, policy, episodes, maxSteps);
  }

  private void print(Checkpoint checkpoint, EvaluationResult result) {
    print(
        "%s, policy of step %,d, %s actions, seed %d",
        checkpoint.run().env(), checkpoint.globalStep(), playing.choice(), playing.seed());
    for (int i = 0; i < result.returns().length; i++) {
      print("Episode  return %.2f, %d steps", result.returns()[i], result.lengths()[i]);
    }
    if (result.cut() > 0) {
      print("The last one had not ended after %d steps in all; --max-steps allows more.", maxSteps);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private void print(String format, Object... values) {
    spec.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    spec.commandLine().getOut().flush();
  }
}
