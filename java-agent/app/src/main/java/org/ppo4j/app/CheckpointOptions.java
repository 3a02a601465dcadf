package org.ppo4j.app;

import java.util.List;
import org.ppo4j.agent.config.RunConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for checkpoints and evaluations during a training. */
final class CheckpointOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      description = "Steps between checkpoints; 0 for a single one at the end. Default: 0.")
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
          "Steps between evaluations of the policy, with its most probable actions, on separate"
              + " environments; the best is kept as checkpoints/best.zip. 0 for none. Default: 0.")
  private long evalEvery;

  @Option(
      names = "--eval-episodes",
      paramLabel = "N",
      description = "Deterministic episodes in each evaluation. Default: 10.")
  private int evalEpisodes = 10;

  RunConfig.Checkpointing checkpointing() {
    requireAtLeast("--checkpoint-every", checkpointEvery, 0);
    requireAtLeast("--keep-checkpoints", keepCheckpoints, 0);
    requireAtLeast("--eval-every", evalEvery, 0);
    requireAtLeast("--eval-episodes", evalEpisodes, 1);
    return new RunConfig.Checkpointing(checkpointEvery, keepCheckpoints, evalEvery, evalEpisodes);
  }

  /** Returns these options as arguments for another command. */
  List<String> arguments() {
    return List.of(
        "--checkpoint-every=" + checkpointEvery,
        "--keep-checkpoints=" + keepCheckpoints,
        "--eval-every=" + evalEvery,
        "--eval-episodes=" + evalEpisodes);
  }

  private void requireAtLeast(String option, long value, long min) {
    if (value < min) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %d, but is %d".formatted(option, min, value));
    }
  }
}
