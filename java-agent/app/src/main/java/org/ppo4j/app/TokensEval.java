package org.ppo4j.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.run.EvalConfig;
import org.ppo4j.tokens.run.RewardSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a training of a language model is evaluated while it learns. */
final class TokensEval {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--eval-data",
      paramLabel = "FILE",
      description = "Draw and score a completion of each of these examples now and then.")
  private @Nullable Path data;

  @Option(
      names = "--eval-steps",
      paramLabel = "N",
      description = "Steps between evaluations. Default: 50.")
  private @Nullable Integer steps;

  @Option(
      names = "--eval-reward",
      paramLabel = "REWARD",
      description =
          "What evaluations score with: a Java class, FILE.py:FUNCTION, or the folder of a score"
              + " model. Default: the reward of the training.")
  private @Nullable String reward;

  /**
   * Returns what was given; null if there is no evaluation.
   *
   * @param training the reward of the training; null if it has none
   */
  @Nullable EvalConfig config(@Nullable RewardSource training) {
    if (data == null) {
      if (steps != null || reward != null) {
        throw CommandLines.refused(
            spec, "--eval-steps and --eval-reward have no effect without --eval-data");
      }
      return null;
    }
    @Nullable String name = reward;
    RewardSource source =
        name == null ? training : TokensReward.source(spec, () -> RewardSource.of(name));
    if (source == null) {
      throw CommandLines.refused(spec, "--eval-data needs a reward here: give --eval-reward");
    }
    return new EvalConfig(data.toString(), steps == null ? 50 : steps, source);
  }
}
