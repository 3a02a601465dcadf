package org.ppo4j.app;

import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.lab.show.EpisodeVideos;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Films of a policy while it learns. */
final class VideoOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--capture-video",
      paramLabel = "STEPS",
      description =
          "Steps between films of an episode, with the most probable actions, in an environment for"
              + " that alone; they are videos/step_N.mp4 in the run folder. 0 for none. Default:"
              + " 0.")
  private long every;

  /** Requires a sensible number; {@link #addTo} comes when there is a training. */
  void check() {
    if (every < 0) {
      throw CommandLines.refused(spec, "--capture-video must be at least 0, but is " + every);
    }
  }

  /** Adds what films to a training. */
  void addTo(Training training, RunFolder folder, EnvironmentOptions environments) {
    if (every > 0) {
      RunConfig run = training.config();
      training.add(
          new EpisodeVideos(
              every,
              folder.path().resolve("videos"),
              () ->
                  new Stages(environments)
                      .filmed(
                          run,
                          training.env().versions(),
                          TrainingSession.evaluationSeeds(run.seed()))));
    }
  }
}
