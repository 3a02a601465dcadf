package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.VectorEnv;
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
      converter = RunNames.class,
      description = "A run folder, for its last checkpoint, or a checkpoint.")
  private Path run;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "The number of episodes. Default: 10.")
  private int episodes = 10;

  @Mixin private PlayOptions playing;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Steps after which episodes that have not ended are cut. Default: 1,000,000.")
  private long maxSteps = Evaluator.MAX_STEPS;

  @Option(
      names = "--fail-below",
      paramLabel = "R",
      description = "Exit with code 3 if the mean return is less than R.")
  private @Nullable Double failBelow;

  @Option(
      names = "--json",
      description =
          "Print the result as JSON on standard output (docs/json.md), and all else on standard"
              + " error.")
  private boolean json;

  @Mixin private EnvironmentOptions environments;

  @Override
  public Integer call() {
    if (failBelow != null && !Double.isFinite(failBelow)) {
      throw new ParameterException(
          spec.commandLine(), "--fail-below must be a finite number, but is " + failBelow);
    }
    if (episodes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--episodes must be at least 1, but is " + episodes);
    }
    if (maxSteps < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-steps must be at least 1, but is " + maxSteps);
    }
    playing.check();
    Checkpoint checkpoint = playing.checkpoint(run);
    RunConfig config = checkpoint.run();
    try (VectorEnv env = environments.open(config, 1, playing.workerSeeds(config));
        TrainedPolicy policy = TrainedPolicy.of(checkpoint)) {
      checkpoint.requireSpacesOf(env.spec());
      CheckpointArgument.warnOfOtherVersions(checkpoint, env.spec(), spec.commandLine().getErr());
      EvaluationResult result = playing.play(env, policy, episodes, maxSteps);
      print(checkpoint, result);
      return ended(checkpoint, result);
    }
  }

  /** Prints the JSON if asked, and returns the exit code. */
  private int ended(Checkpoint checkpoint, EvaluationResult result) {
    double mean = Arrays.stream(result.returns()).average().orElseThrow();
    boolean failed = failBelow != null && mean < failBelow;
    int code = failed ? EndOptions.TOO_LOW : 0;
    if (json) {
      ObjectNode object = JsonOutput.object("ppo4j-evaluate-1");
      object.put("run", run.toString());
      object.put("env", checkpoint.run().env());
      object.put("step", checkpoint.globalStep());
      object.put("deterministic", !playing.stochastic());
      object.put("seed", playing.seed());
      object.put("episodes", result.returns().length);
      object.put("cut", result.cut());
      object.put("mean_return", mean);
      object.put("mean_length", Arrays.stream(result.lengths()).average().orElseThrow());
      object.put("fail_below", failBelow);
      object.put("exit_code", code);
      object.set("returns", Json.MAPPER.valueToTree(result.returns()));
      object.set("lengths", Json.MAPPER.valueToTree(result.lengths()));
      JsonOutput.print(spec, object);
    }
    if (failed) {
      spec.commandLine()
          .getErr()
          .println(
              String.format(
                  Locale.ROOT,
                  "ppo4j: the mean return is %.2f, less than the %s of --fail-below",
                  mean,
                  failBelow));
    }
    return code;
  }

  private void print(Checkpoint checkpoint, EvaluationResult result) {
    PrintWriter out = JsonOutput.text(spec, json);
    out.println(
        String.format(
            Locale.ROOT,
            "%s, policy of step %,d, %s actions, %d episodes, seed %d",
            checkpoint.run().env(),
            checkpoint.globalStep(),
            playing.choice(),
            result.returns().length,
            playing.seed()));
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
