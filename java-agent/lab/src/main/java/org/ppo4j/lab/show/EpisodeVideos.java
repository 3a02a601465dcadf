package org.ppo4j.lab.show;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Seeds.Purpose;

/**
 * Films an episode of the policy regularly during a training, and at its end, in an environment of
 * the films alone: the training is the same with and without. A film is {@code step_<n>.mp4}; the
 * policy takes its most probable actions.
 */
public final class EpisodeVideos implements TrainingListener {
  private final long every;
  private final Path folder;
  private final Supplier<Stage> stages;
  private @Nullable RunningTraining training;
  private @Nullable Stage stage;
  private long previousStep;

  /**
   * Films regularly.
   *
   * @param every environment steps between films, at least 1
   * @param folder where the films are written; created at the first one
   * @param stages makes one sub-environment; called at the first film
   */
  public EpisodeVideos(long every, Path folder, Supplier<Stage> stages) {
    if (every < 1) {
      throw new IllegalArgumentException(
          "films need at least 1 step between them, but got " + every);
    }
    this.every = every;
    this.folder = folder;
    this.stages = stages;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    previousStep = started.globalStep();
  }

  @Override
  public void iteration(Iteration iteration) {
    long step = iteration.globalStep();
    if (training != null
        && (training.isEnding() || Checkpointing.isDue(every, previousStep, step))) {
      film(training, folder.resolve("step_%d.mp4".formatted(step)));
    }
    previousStep = step;
  }

  /** Throws {@link java.io.UncheckedIOException} if the film cannot be written. */
  private void film(RunningTraining training, Path file) {
    if (stage == null) {
      stage = stages.get();
    }
    RunConfig run = training.config();
    try {
      Files.createDirectories(folder);
      try (TrainedPolicy policy = training.policy();
          Film film = Film.of(file, stage.scene().framesPerSecond())) {
        Evaluator.run(
            new FilmedEnv(stage.env(), stage.scene(), film),
            policy,
            1,
            false,
            Seeds.ofEnvironments(run.seed(), Purpose.EVALUATION),
            Evaluator.MAX_STEPS,
            training::isStopping);
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the video " + file, e);
    }
  }

  @Override
  public void finished(Finished finished) {
    training = null;
    if (stage != null) {
      stage.close();
      stage = null;
    }
  }
}
