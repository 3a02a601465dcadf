package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j evaluate}: evaluates a trained policy. */
@Command(
    name = "evaluate",
    customSynopsis = "./ppo4j evaluate RUN [options]",
    description = "Evaluates a trained policy, with its normaliser frozen.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "The number of episodes. Default: 10.")
  private int episodes = 10;

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

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Steps after which episodes that have not ended are cut. Default: 1,000,000.")
  private long maxSteps = Evaluator.MAX_STEPS;

  @Mixin private EnvironmentOptions environments;

  @Override
  public Integer call() {
    if (episodes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--episodes must be at least 1, but is " + episodes);
    }
    if (maxSteps < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-steps must be at least 1, but is " + maxSteps);
    }
    if (seed < 0) {
      throw new ParameterException(spec.commandLine(), "--seed must not be negative");
    }
    Checkpoint checkpoint = checkpoint();
    RunConfig config = checkpoint.run();
    try (VectorEnv env =
            environments.open(
                config.backend(),
                config.env(),
                config.envKwargs(),
                1,
                new WorkerSeeds(seed, config.seed()));
        TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      checkpoint.requireSpacesOf(env.spec());
      CheckpointArgument.warnOfOtherVersions(checkpoint, env.spec(), spec.commandLine().getErr());
      print(
          checkpoint,
          Evaluator.run(env, policy, episodes, stochastic, seed, maxSteps, () -> false)
              .orElseThrow());
    }
    return 0;
  }

  /** Reads the checkpoint that the options name. */
  private Checkpoint checkpoint() {
    return best
        ? CheckpointArgument.readBest(run)
        : CheckpointArgument.read(run, spec.commandLine().getErr());
  }

  private void print(Checkpoint checkpoint, EvaluationResult result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        String.format(
            Locale.ROOT,
            "%s, policy of step %,d, %s actions, %d episodes, seed %d",
            checkpoint.run().env(),
            checkpoint.globalStep(),
            stochastic ? "stochastic" : "deterministic",
            result.returns().length,
            seed));
    if (result.cut() > 0) {
      out.println(
          "%d of them had not ended after %d steps in all and count as far as they went; --max-steps allows more"
              .formatted(result.cut(), maxSteps));
    }
    out.println(line("return", result.returns()));
    out.println(line("length", Arrays.stream(result.lengths()).asDoubleStream().toArray()));
    out.flush();
  }

  /**
   * Formats a line of statistics. The standard deviation is the population's, as in numpy and
   * CleanRL.
   */
  private static String line(String name, double[] values) {
    SummaryStatistics statistics = new SummaryStatistics();
    Arrays.stream(values).forEach(statistics::addValue);
    return String.format(
        Locale.ROOT,
        "%s  mean %.2f  std %.2f  min %.2f  max %.2f",
        name,
        statistics.getMean(),
        Math.sqrt(statistics.getPopulationVariance()),
        statistics.getMin(),
        statistics.getMax());
  }
}
