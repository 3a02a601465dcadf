package org.ppo4j.lab.study;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.lab.compare.Evaluation;

/** Evaluates the last policy of finished trainings once each, deterministically. */
public final class SeedEvaluation {
  /** Far from the seeds of trainings, so that no policy starts in a state it was trained on. */
  static final long SEED = 1_000_000;

  private final Function<RunConfig, VectorEnv> environments;
  private final Consumer<String> progress;

  /**
   * Creates an evaluation.
   *
   * @param environments makes one sub-environment of a run
   * @param progress receives a line for each evaluation
   */
  public SeedEvaluation(Function<RunConfig, VectorEnv> environments, Consumer<String> progress) {
    this.environments = environments;
    this.progress = progress;
  }

  /**
   * Evaluates a finished training, if it has no evaluation of so many episodes.
   *
   * @param name its name in the line of progress
   * @param folder its run folder
   * @throws IllegalArgumentException if it has no checkpoint
   * @throws org.ppo4j.agent.checkpoint.CheckpointException if the checkpoint cannot be read
   * @throws org.ppo4j.env.EnvException if the environment cannot be made or stepped
   * @throws java.io.UncheckedIOException if the evaluation cannot be written
   */
  public void run(String name, Path folder, int episodes) {
    Path policy =
        RunFolder.open(folder)
            .latestCheckpoint()
            .orElseThrow(() -> new IllegalArgumentException("it has no checkpoint"));
    boolean isDone =
        Evaluation.read(folder, policy)
            .filter(found -> found.seed() == SEED && found.returns().length == episodes)
            .isPresent();
    if (!isDone) {
      progress.accept("evaluating %s".formatted(name));
      evaluate(policy, episodes).write(folder);
    }
  }

  private Evaluation evaluate(Path file, int episodes) {
    Checkpoint checkpoint = Checkpoint.read(file);
    RunConfig run = checkpoint.run();
    try (VectorEnv env = environments.apply(run);
        TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      return Evaluation.of(file, SEED, Evaluator.run(env, policy, episodes, false, SEED).returns());
    }
  }
}
