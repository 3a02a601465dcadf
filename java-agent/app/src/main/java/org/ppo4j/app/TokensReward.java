package org.ppo4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.run.RewardSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the rewards of completions come from. */
final class TokensReward {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--reward-model",
      paramLabel = "DIR",
      description = "The reward is a score model, such as tokens reward trains.")
  private @Nullable Path model;

  @Option(
      names = "--reward-class",
      paramLabel = "CLASS",
      description =
          "The reward is a Java class on the class path, an org.ppo4j.tokens.reward.RewardFunction,"
              + " such as org.ppo4j.tokens.reward.AdditionReward.")
  private @Nullable String javaClass;

  @Option(
      names = "--reward-python",
      paramLabel = "FILE.py:FUNCTION",
      description = "The reward is a Python function with TRL's signature.")
  private @Nullable String python;

  /** Returns the source that was given; null if there is none. */
  @Nullable RewardSource source() {
    List<RewardSource> given = new ArrayList<>();
    if (model != null) {
      given.add(new RewardSource(RewardSource.Kind.MODEL, model.toString()));
    }
    if (javaClass != null) {
      given.add(new RewardSource(RewardSource.Kind.CLASS, javaClass));
    }
    if (python != null) {
      given.add(new RewardSource(RewardSource.Kind.PYTHON, python));
    }
    if (given.size() > 1) {
      throw CommandLines.refused(
          spec,
          "there is more than one reward; give --reward-model, --reward-class or --reward-python");
    }
    return given.isEmpty() ? null : given.getFirst();
  }
}
