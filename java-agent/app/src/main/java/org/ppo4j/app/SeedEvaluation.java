package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.lab.compare.Evaluation;
import org.ppo4j.lab.study.Job;

/** Evaluates the last policy of each finished seed, deterministically, once. */
final class SeedEvaluation {
  /** Far from the seeds of trainings, so that no policy meets a start it was trained on. */
  static final long SEED = 1_000_000;

  private final EnvironmentOptions environments;
  private final PrintWriter err;

  SeedEvaluation(EnvironmentOptions environments, PrintWriter err) {
    this.environments = environments;
    this.err = err;
  }

  void run(List<Job> jobs, int episodes) {
    for (Job job : jobs) {
      Optional<Path> policy =
          job.isDone() ? RunFolder.open(job.folder()).latestCheckpoint() : Optional.empty();
      if (policy.isPresent()
          && !Evaluation.exists(job.folder(), name(policy.get()), SEED, episodes)) {
        err.println("evaluating %s".formatted(job.name()));
        err.flush();
        evaluate(policy.get(), episodes).write(job.folder());
      }
    }
  }

  private Evaluation evaluate(Path file, int episodes) {
    Checkpoint checkpoint = Checkpoint.read(file);
    RunConfig run = checkpoint.run();
    try (VectorEnv env = environments.open(run.backend(), run.env(), run.envKwargs(), 1);
        TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      return new Evaluation(
          name(file), SEED, Evaluator.run(env, policy, episodes, false, SEED).returns());
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
