package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvException;
import org.ppo4j.lab.track.TrackedRun;
import org.ppo4j.lab.track.Tracker;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The service that keeps a training. */
final class TrackOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--track",
      paramLabel = "wandb|mlflow",
      description =
          "Send the training to Weights & Biases or MLflow, by their own Python packages, which are"
              + " installed once. Their variables apply, such as WANDB_MODE=offline and"
              + " MLFLOW_TRACKING_URI. A service that fails does not stop the training.")
  private @Nullable Tracker tracker;

  @Option(
      names = "--track-project",
      paramLabel = "NAME",
      description = "The project of Weights & Biases or the experiment of MLflow. Default: ppo4j.")
  private @Nullable String project;

  @Option(
      names = "--track-entity",
      paramLabel = "NAME",
      description = "The user or team of Weights & Biases. Default: the user's own.")
  private @Nullable String entity;

  /** The run of a training; none if it was not asked for. */
  record Run(@Nullable TrackedRun tracked, @Nullable String project, @Nullable String entity)
      implements AutoCloseable {

    /** Has a training, which has not begun, sent, and prints where it is shown. */
    void add(Training training, RunFolder folder, PrintWriter out, Consumer<String> warnings) {
      if (tracked == null) {
        return;
      }
      String at;
      try {
        at =
            tracked.open(
                project == null ? "ppo4j" : project, entity, training.config(), folder, warnings);
      } catch (EnvException | IllegalArgumentException e) {
        if (training.globalStep() == 0) { // nothing is in it but files of the service
          FileUtils.deleteQuietly(folder.path().toFile());
        }
        throw e;
      }
      out.println("Tracking     " + at);
      out.flush();
      training.add(tracked);
    }

    @Override
    public void close() {
      if (tracked != null) {
        tracked.close();
      }
    }
  }

  /** Refuses options that have no effect. */
  void check() {
    if (tracker == null && (project != null || entity != null)) {
      throw CommandLines.refused(
          spec,
          "%s has no effect without --track wandb or --track mlflow"
              .formatted(project != null ? "--track-project" : "--track-entity"));
    }
    if (tracker == Tracker.MLFLOW && entity != null) {
      throw CommandLines.refused(
          spec, "--track-entity is for --track wandb; MLflow has only experiments");
    }
  }

  /** Starts the service's Python, if it was asked for. */
  Run start() {
    if (tracker == null) {
      return new Run(null, null, null);
    }
    Path python = tracker.python().find(Launcher.home(), CommandLines.progress(spec));
    return new Run(TrackedRun.start(tracker, python), project, entity);
  }
}
