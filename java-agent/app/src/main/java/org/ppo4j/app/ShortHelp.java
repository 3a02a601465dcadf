package org.ppo4j.app;

import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/**
 * The help of {@code train} on one screen: the options used most, in groups. {@code --help-all}
 * lists every option.
 */
final class ShortHelp {
  private static final String ALL = "--help-all";

  /** An option and its meaning in a few words. */
  record Line(String option, String meaning) {}

  /** Options under a heading. */
  record Group(String heading, List<Line> lines) {}

  static final List<Group> TRAIN =
      List.of(
          new Group(
              "Most used",
              List.of(
                  new Line("--total-timesteps", "environment steps, such as 1e6 or 500k"),
                  new Line("--seed", "the seed of all random numbers; default 1"),
                  new Line("--run-dir", "the folder for results; default in runs"),
                  new Line("--config", "a file of options, or a run's config.json"),
                  new Line("--preset", "published hyperparameters; default auto"),
                  new Line("--stop-at-return", "end when 100 episodes have this mean"),
                  new Line("--eval-every", "evaluate and keep the best policy"),
                  new Line("--auto-resume", "begin in this folder, or continue there"))),
          new Group(
              "What is trained",
              List.of(
                  new Line("--env-kwargs", "an argument of the environment"),
                  new Line("--algorithm", "ppo or one of its relatives; default ppo"),
                  new Line("--hidden-sizes", "layers of the networks, such as 64,64"),
                  new Line("--backend", "what steps the environment; default auto"))),
          new Group(
              "How it learns",
              List.of(
                  new Line("--learning-rate", "the step size of the optimiser"),
                  new Line("--num-envs", "environments at the same time"),
                  new Line("--num-steps", "steps of each in a rollout"),
                  new Line("--num-minibatches", "minibatches in an epoch"),
                  new Line("--update-epochs", "epochs over a rollout"),
                  new Line("--gamma", "the discount"),
                  new Line("--clip-coef", "how far the ratio may go from 1"),
                  new Line("--ent-coef", "the weight of the entropy"))),
          new Group(
              "For programs",
              List.of(
                  new Line("--max-seconds", "end after this time"),
                  new Line("--require-return", "exit code 3 below this mean return"),
                  new Line("--json", "the outcome as JSON on standard output"),
                  new Line("--quiet", "only errors"))));

  private ShortHelp() {}

  /** Gives a command the short help, and the option for the whole one. */
  static void addTo(CommandLine command, List<Group> groups) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(ALL)
                .type(boolean.class)
                .usageHelp(true)
                .description("List every option, with its range and default.")
                .build());
    IHelpSectionRenderer whole =
        Objects.requireNonNull(
            command.getHelpSectionMap().get(UsageMessageSpec.SECTION_KEY_OPTION_LIST));
    command
        .getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            help -> isWhole(help) ? whole.render(help) : text(help, groups));
  }

  private static boolean isWhole(Help help) {
    ParseResult parsed = help.commandSpec().commandLine().getParseResult();
    return parsed != null && parsed.hasMatchedOption(ALL);
  }

  private static String text(Help help, List<Group> groups) {
    StringBuilder text = new StringBuilder();
    CommandSpec spec = help.commandSpec();
    for (Group group : groups) {
      text.append(help.colorScheme().text("%n@|bold %s|@%n".formatted(group.heading)));
      for (Line line : group.lines) {
        OptionSpec option = spec.findOption(line.option);
        text.append("  %-25s %s%n".formatted(label(option), line.meaning));
      }
    }
    return text.append("%n%s lists all %d options.%n".formatted(ALL, spec.options().size()))
        .toString();
  }

  private static String label(OptionSpec option) {
    boolean isFlag = option.arity().max() == 0;
    String label = option.paramLabel();
    String shown = label.length() > 9 || label.contains("|") ? "..." : label;
    return option.longestName() + (isFlag ? "" : "=" + shown);
  }
}
