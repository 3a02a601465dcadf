package org.ppo4j.app;

import java.nio.file.Path;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for which policy plays, and how. */
final class PlayOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--best",
      description = "Use the run's best checkpoint by evaluation. Default: the last one.")
  private boolean best;

  @Option(
      names = "--stochastic",
      description = "Draw actions, as in training. Default: use the most probable ones.")
  private boolean stochastic;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of the environment and of drawn actions. Default: 1.")
  private long seed = 1;

  void check() {
    if (seed < 0) {
      throw new ParameterException(spec.commandLine(), "--seed must not be negative");
    }
  }

  /** Reads the checkpoint of a run folder or a file. */
  Checkpoint checkpoint(Path run) {
    return CheckpointArgument.read(run, best, spec.commandLine().getErr());
  }

  EvaluationResult play(VectorEnv env, TrainedPolicy policy, int episodes, long maxSteps) {
    return Evaluator.run(env, policy, episodes, stochastic, seed, maxSteps, () -> false)
        .orElseThrow();
  }

  WorkerSeeds workerSeeds(RunConfig config) {
    return new WorkerSeeds(seed, config.seed());
  }

  boolean stochastic() {
    return stochastic;
  }

  /** Returns the word for how actions are chosen. */
  String choice() {
    return stochastic ? "stochastic" : "deterministic";
  }

  long seed() {
    return seed;
  }
}
