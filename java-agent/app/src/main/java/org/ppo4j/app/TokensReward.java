package org.ppo4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.model.ModelException;
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
    add(given, RewardSource.Kind.MODEL, model == null ? null : model.toString());
    add(given, RewardSource.Kind.CLASS, javaClass);
    add(given, RewardSource.Kind.PYTHON, python);
    if (given.size() > 1) {
      throw CommandLines.refused(
          spec,
          "there is more than one reward; give --reward-model, --reward-class or --reward-python");
    }
    return given.isEmpty() ? null : given.getFirst();
  }

  private void add(List<RewardSource> given, RewardSource.Kind kind, @Nullable String name) {
    if (name != null) {
      given.add(source(spec, () -> new RewardSource(kind, name)));
    }
  }

  /** Returns a source; if its name is refused, the command line is. */
  static RewardSource source(CommandSpec spec, Supplier<RewardSource> made) {
    try {
      return made.get();
    } catch (ModelException e) {
      throw CommandLines.refused(spec, String.valueOf(e.getMessage()));
    }
  }
}
