package org.ppo4j.app;

import java.util.List;
import org.ppo4j.agent.config.RunConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a training keeps on its way, and how often it is evaluated. */
final class CheckpointOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      description = "Write a checkpoint every so many steps. Default: 0, only at the end.")
  private long checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "N",
      description = "Keep the last N checkpoints; 0 for all. Default: 3.")
  private int keepCheckpoints = 3;

  @Option(
      names = "--eval-every",
      paramLabel = "STEPS",
      description =
          "Evaluate the policy every so many steps, with its most probable actions, on environments"
              + " of their own, and keep the best as checkpoints/best.zip. Default: 0, never.")
  private long evalEvery;

  @Option(
      names = "--eval-episodes",
      paramLabel = "N",
      description = "Deterministic episodes of an evaluation. Default: 10.")
  private int evalEpisodes = 10;

  RunConfig.Checkpointing checkpointing() {
    requireAtLeast("--checkpoint-every", checkpointEvery, 0);
    requireAtLeast("--keep-checkpoints", keepCheckpoints, 0);
    requireAtLeast("--eval-every", evalEvery, 0);
    requireAtLeast("--eval-episodes", evalEpisodes, 1);
    return new RunConfig.Checkpointing(checkpointEvery, keepCheckpoints, evalEvery, evalEpisodes);
  }

  /** Returns all of them, as arguments for another command. */
  List<String> arguments() {
    return List.of(
        "--checkpoint-every=" + checkpointEvery,
        "--keep-checkpoints=" + keepCheckpoints,
        "--eval-every=" + evalEvery,
        "--eval-episodes=" + evalEpisodes);
  }

  private void requireAtLeast(String option, long value, long least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %d, but is %d".formatted(option, least, value));
    }
  }
}
