package org.ppo4j.app;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.Algorithm;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * One side of a comparison.
 *
 * @param name its name in the report and in the folder
 * @param algorithm what it is trained by
 * @param given the hyperparameters that were given for it
 */
record Variant(String name, Algorithm algorithm, GivenHyperparameters given) {
  private static final Pattern ARGUMENT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.-]{0,63})(?:=(.*))?");

  /**
   * Reads {@code NAME} or {@code NAME=OPTIONS}, with spaces between the options.
   *
   * @param algorithm the algorithm, and
   * @param common the hyperparameters, where the options do not give others
   * @param command the command to blame
   * @throws ParameterException if there is no name, or the options are not those of an algorithm
   *     and its hyperparameters
   */
  static Variant parse(
      String argument, Algorithm algorithm, GivenHyperparameters common, CommandLine command) {
    Matcher matcher = ARGUMENT.matcher(argument);
    if (!matcher.matches()) {
      throw new ParameterException(
          command,
          "--variant takes a name of letters, digits, - and _, and options after a = sign, as in"
              + " 'gsde=--action-head gsde', but got '%s'".formatted(argument));
    }
    String name = matcher.group(1);
    @Nullable String text = matcher.group(2);
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    HyperparameterOptions.addTo(line.getCommandSpec());
    Numerals.register(line);
    try {
      String[] args = text == null || text.isBlank() ? new String[0] : text.strip().split("\\s+");
      GivenHyperparameters own =
          HyperparameterOptions.given(line.parseArgs(ForeignNames.translate(line, args)));
      return new Variant(
          name, options.algorithm == null ? algorithm : options.algorithm, merge(common, own));
    } catch (ParameterException e) {
      throw new ParameterException(command, "--variant %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static GivenHyperparameters merge(GivenHyperparameters common, GivenHyperparameters own) {
    Map<String, Object> values = new HashMap<>(common.values());
    values.putAll(own.values());
    @Nullable Integer size = own.minibatchSize();
    if (size != null) {
      values.remove("numMinibatches");
    } else if (!own.values().containsKey("numMinibatches")) {
      size = common.minibatchSize();
    }
    return new GivenHyperparameters(values, size);
  }

  /** What a variant may change beside hyperparameters. */
  @Command(name = "--variant")
  private static final class Options {
    @Option(names = "--algorithm", converter = TaskOptions.AlgorithmConverter.class)
    private @Nullable Algorithm algorithm;
  }
}
