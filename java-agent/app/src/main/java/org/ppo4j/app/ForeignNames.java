package org.ppo4j.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The names of options in Stable-Baselines3, its Zoo, CleanRL and other commands of ppo4j. A name
 * that means the same as an option of ppo4j is accepted, and so is every option with underscores; a
 * name without a counterpart is refused with the reason. docs/coming-from.md has the same tables.
 */
final class ForeignNames {
  /** Who uses a name. */
  enum Origin {
    SB3,
    ZOO,
    CLEANRL,
    PPO4J
  }

  /** A name and the option of ppo4j that means the same. */
  record Alias(String name, Origin origin, String option) {}

  /** A name without a counterpart in ppo4j, and what to use instead. */
  record Absent(String name, Origin origin, String instead) {}

  /** The argument that ppo4j takes without a name. */
  static final String ENV = "ENV";

  static final List<Alias> ALIASES =
      List.of(
          new Alias("--env-id", Origin.CLEANRL, ENV),
          new Alias("--gym-id", Origin.CLEANRL, ENV),
          new Alias("--env", Origin.ZOO, ENV),
          new Alias("--algo", Origin.ZOO, "--algorithm"),
          new Alias("--n-timesteps", Origin.ZOO, "--total-timesteps"),
          new Alias("--steps", Origin.PPO4J, "--total-timesteps"),
          new Alias("--n-envs", Origin.SB3, "--num-envs"),
          new Alias("--n-steps", Origin.SB3, "--num-steps"),
          new Alias("--n-epochs", Origin.SB3, "--update-epochs"),
          new Alias("--minibatch-size", Origin.CLEANRL, "--batch-size"),
          new Alias("--lr", Origin.SB3, "--learning-rate"),
          new Alias("--clip-range", Origin.SB3, "--clip-coef"),
          new Alias("--normalize-advantage", Origin.SB3, "--norm-adv"),
          new Alias("--net-arch", Origin.SB3, "--hidden-sizes"),
          new Alias("--activation-fn", Origin.SB3, "--activation"),
          new Alias("--wandb-project-name", Origin.CLEANRL, "--track-project"),
          new Alias("--wandb-entity", Origin.CLEANRL, "--track-entity"),
          new Alias("--eval-freq", Origin.ZOO, "--eval-every"),
          new Alias("--n-eval-episodes", Origin.SB3, "--eval-episodes"),
          new Alias("--save-freq", Origin.ZOO, "--checkpoint-every"));

  /** Takes a level in Stable-Baselines3 and its Zoo, where 0 is quiet. */
  private static final String VERBOSE = "--verbose";

  private static final String TENSORBOARD = "curves for TensorBoard are in every run folder";
  private static final String DEVICE =
      "ppo4j computes on the processor, with as many threads as --threads allows";

  static final List<Absent> ABSENT =
      List.of(
          new Absent("--cuda", Origin.CLEANRL, DEVICE),
          new Absent("--device", Origin.SB3, DEVICE),
          new Absent(
              "--torch-deterministic",
              Origin.CLEANRL,
              "there is no PyTorch here, and the same --seed gives the same training"),
          new Absent(
              "--exp-name",
              Origin.CLEANRL,
              "a run folder is named after environment, profile, seed and time; --run-dir names"
                  + " another"),
          new Absent("--tensorboard-log", Origin.SB3, TENSORBOARD),
          new Absent(
              "--save-model", Origin.CLEANRL, "every run saves its policy, in its checkpoints"),
          new Absent("--upload-model", Origin.CLEANRL, "ppo4j uploads nothing"),
          new Absent("--hf-entity", Origin.CLEANRL, "ppo4j uploads nothing"),
          new Absent(
              "--num-iterations",
              Origin.CLEANRL,
              "it follows from --total-timesteps, --num-envs and --num-steps"),
          new Absent(
              "--clip-range-vf",
              Origin.SB3,
              "--clip-vloss says whether the value loss is clipped, and --clip-coef is its range"),
          new Absent("--use-sde", Origin.SB3, "--action-head gsde is state-dependent exploration"),
          new Absent(
              "--policy",
              Origin.SB3,
              "images have convolutions, which --cnn names; --hidden-sizes and --activation shape"
                  + " what follows"),
          new Absent(
              "--policy-kwargs",
              Origin.SB3,
              "--hidden-sizes, --activation, --ortho-init and --log-std-init are options"));

  private ForeignNames() {}

  /**
   * Returns the arguments with ppo4j's names instead of other projects'.
   *
   * @param command the command that the arguments are for
   * @param args all arguments, that command's name among them
   * @throws ParameterException if a name has no counterpart, or two names of the same option are
   *     given
   */
  static String[] translate(CommandLine command, String... args) {
    List<String> translated = new ArrayList<>();
    Map<String, String> spellings = new HashMap<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("--")) {
        translated.addAll(List.of(args).subList(i, args.length));
        break;
      }
      if (!arg.startsWith("--")) {
        translated.add(arg);
        continue;
      }
      int equals = arg.indexOf('=');
      String given = equals < 0 ? arg : arg.substring(0, equals);
      String value = equals < 0 ? "" : arg.substring(equals);
      if (given.equals(VERBOSE)) {
        boolean follows = equals < 0 && i + 1 < args.length && args[i + 1].matches("[012]");
        String level = follows ? args[++i] : value.replace("=", "");
        translated.add(level.equals("0") ? "--quiet" : VERBOSE);
        continue;
      }
      if (isAnnealLr(given)) {
        boolean follows = equals < 0 && i + 1 < args.length && isBoolean(args[i + 1]);
        String said = follows ? args[++i] : value.replace("=", "");
        boolean linear = given.startsWith("--no") == said.equalsIgnoreCase("false");
        translated.add("--lr-schedule=" + (linear ? "linear" : "constant"));
        continue;
      }
      boolean negated = given.startsWith("--no-") || given.startsWith("--no_");
      String positive = negated ? "--" + given.substring(5) : given;
      String name = known(command, positive.replace('_', '-'));
      @Nullable String before = spellings.putIfAbsent(name, positive);
      if (before != null && !before.equals(positive)) {
        throw new ParameterException(
            command, "%s and %s are the same option; give one of them".formatted(before, positive));
      }
      if (!name.equals(ENV)) {
        translated.add((negated ? name.replaceFirst("--", "--no-") : name) + value);
      } else if (equals >= 0) {
        translated.add(value.substring(1));
      } else if (i + 1 == args.length || args[i + 1].startsWith("--")) {
        throw new ParameterException(command, given + " takes the id of an environment");
      }
    }
    return translated.toArray(String[]::new);
  }

  /** CleanRL's switch between two of the schedules. */
  private static boolean isAnnealLr(String name) {
    return name.replace('_', '-').replaceFirst("^--no-", "--").equals("--anneal-lr");
  }

  private static boolean isBoolean(String arg) {
    return arg.equalsIgnoreCase("true") || arg.equalsIgnoreCase("false");
  }

  /** Returns ppo4j's name for a name with dashes; the name itself if it is ppo4j's or unknown. */
  private static String known(CommandLine command, String name) {
    if (command.getCommandSpec().findOption(name) != null) {
      return name;
    }
    Optional<Absent> absent = ABSENT.stream().filter(each -> each.name.equals(name)).findFirst();
    if (absent.isPresent()) {
      throw new ParameterException(
          command, "there is no option %s: %s".formatted(name, absent.get().instead));
    }
    for (Alias alias : ALIASES) {
      boolean takes =
          alias.option.equals(ENV)
              ? command.getCommandSpec().positionalParameters().stream()
                  .anyMatch(parameter -> parameter.paramLabel().equals(ENV))
              : command.getCommandSpec().findOption(alias.option) != null;
      if (alias.name.equals(name) && takes) {
        return alias.option;
      }
    }
    return name;
  }
}
