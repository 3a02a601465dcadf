package org.ppo4j.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.evaluate.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.VectorEnv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j evaluate}: runs a trained policy and says how well it does. */
@Command(
    name = "evaluate",
    customSynopsis = "./ppo4j evaluate RUN [options]",
    description = "Runs a trained policy, with its normaliser frozen, and says how well it does.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @Option(names = "--episodes", paramLabel = "N", description = "How many episodes. Default: 10.")
  private int episodes = 10;

  @Option(
      names = "--stochastic",
      description = "Draw actions, as in training. Default: take the most probable ones.")
  private boolean stochastic;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the environment and the draws. Default: 1.")
  private long seed = 1;

  @Mixin private EnvironmentOptions environments;

  @Override
  public Integer call() {
    if (episodes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--episodes must be at least 1, but is " + episodes);
    }
    if (seed < 0) {
      throw new ParameterException(spec.commandLine(), "--seed must not be negative");
    }
    Checkpoint checkpoint = Checkpoint.read(file());
    RunConfig config = checkpoint.run();
    try (VectorEnv env = environments.open(config.backend(), config.env(), config.envKwargs(), 1);
        TrainedPolicy policy = policy(checkpoint, env.spec())) {
      warnOfOtherVersions(checkpoint, env.spec());
      print(checkpoint, Evaluator.run(env, policy, episodes, stochastic, seed));
    }
    return 0;
  }

  private Path file() {
    if (!Files.isDirectory(run)) {
      return run;
    }
    return RunFolder.open(run)
        .latestCheckpoint()
        .orElseThrow(
            () -> new CommandException("the run folder %s has no checkpoint".formatted(run)));
  }

  private TrainedPolicy policy(Checkpoint checkpoint, EnvSpec env) {
    if (!checkpoint.observationSpace().equals(env.observationSpace())
        || !checkpoint.actionSpace().equals(env.actionSpace())) {
      throw new CommandException(
          "%s has observations %s and actions %s, but the policy was trained on %s and %s"
              .formatted(
                  env.id(),
                  Spaces.text(env.observationSpace()),
                  Spaces.text(env.actionSpace()),
                  Spaces.text(checkpoint.observationSpace()),
                  Spaces.text(checkpoint.actionSpace())));
    }
    RunConfig config = checkpoint.run();
    return new TrainedPolicy(env, config.hyperparameters(), config.engine(), checkpoint.state());
  }

  private void warnOfOtherVersions(Checkpoint checkpoint, EnvSpec env) {
    if (!checkpoint.versions().equals(env.versions())) {
      spec.commandLine()
          .getErr()
          .println(
              "Warning: trained with %s, evaluated with %s"
                  .formatted(checkpoint.versions(), env.versions()));
    }
  }

  private void print(Checkpoint checkpoint, Evaluator.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        String.format(
            Locale.ROOT,
            "%s, policy of step %,d, %s actions, %d episodes, seed %d",
            checkpoint.run().env(),
            checkpoint.globalStep(),
            stochastic ? "stochastic" : "deterministic",
            episodes,
            seed));
    out.println(line("return", result.returns()));
    out.println(line("length", Arrays.stream(result.lengths()).asDoubleStream().toArray()));
    out.flush();
  }

  /** The standard deviation is that of the episodes themselves, as numpy and CleanRL have it. */
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
