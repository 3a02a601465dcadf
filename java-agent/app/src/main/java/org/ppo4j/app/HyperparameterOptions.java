package org.ppo4j.app;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.Hyperparameters.Entry;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** An option for each hyperparameter, made from its declaration. */
final class HyperparameterOptions {
  private static final PpoConfig DISCRETE = PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2));
  private static final PpoConfig CONTINUOUS =
      PpoConfig.of(Profile.DEFAULT, Space.Box.of(-1, 1, 1, DType.FLOAT32));
  private static final PpoConfig CLEANRL = PpoConfig.of(Profile.CLEANRL, new Space.Discrete(2));

  /** The list without elements, as an option's value. */
  static final String NO_ELEMENTS = "none";

  private HyperparameterOptions() {}

  /** Adds the options to a command, as a section of its help. */
  static void addTo(CommandSpec command) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .validate(false)
            .order(1)
            .heading(
                "%nHyperparameters, with defaults of --profile default. Stable-Baselines3's and%n"
                    + "CleanRL's names work too (docs/coming-from.md), and so do 1e6, 10k,"
                    + " 1_000_000:%n");
    Hyperparameters.all().forEach(entry -> group.addArg(option(entry)));
    command.addArgGroup(group.build());
    command.addOption(
        OptionSpec.builder(GivenHyperparameters.MINIBATCH_SIZE)
            .type(int.class)
            .paramLabel("N")
            .description("Transitions in a minibatch, instead of the number of minibatches.")
            .hidden(true)
            .build());
  }

  /**
   * Returns the hyperparameters given on the command line.
   *
   * @throws ParameterException if one is out of its range
   */
  static GivenHyperparameters given(ParseResult result) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Entry entry : Hyperparameters.all()) {
      String option = OptionNames.option(entry.name());
      if (result.hasMatchedOption(option)) {
        Object value = result.matchedOptionValue(option, null);
        if (entry.type() == boolean.class) {
          refuseTwice(option, result);
        }
        try {
          entry.check(value);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(
              result.commandSpec().commandLine(), OptionNames.message(e), e);
        }
        given.put(entry.name(), value);
      }
    }
    Integer size = result.matchedOptionValue(GivenHyperparameters.MINIBATCH_SIZE, null);
    if (size != null && given.containsKey("numMinibatches")) {
      throw new ParameterException(
          result.commandSpec().commandLine(),
          "%s and --num-minibatches exclude each other; give one of them"
              .formatted(GivenHyperparameters.MINIBATCH_SIZE));
    }
    return new GivenHyperparameters(given, size);
  }

  /** Refuses {@code --name} and {@code --no-name} together, of which picocli takes the last. */
  private static void refuseTwice(String option, ParseResult result) {
    String negated = option.replaceFirst("^--", "--no-");
    List<String> names =
        result.commandSpec().root().commandLine().getParseResult().originalArgs().stream()
            .map(arg -> arg.replaceFirst("=.*", ""))
            .filter(name -> name.equals(option) || name.equals(negated))
            .toList();
    if (names.size() > 1) {
      throw new ParameterException(
          result.commandSpec().commandLine(),
          "%s and %s exclude each other; give one of them, once".formatted(option, negated));
    }
  }

  private static OptionSpec option(Entry entry) {
    OptionSpec.Builder option =
        OptionSpec.builder(OptionNames.option(entry.name()))
            .type(entry.type())
            .description(description(entry));
    Class<?> type = entry.type();
    if (type == boolean.class) {
      return option
          .negatable(true)
          .arity("0..1")
          .fallbackValue("true")
          .paramLabel("true|false")
          .build();
    }
    if (type == List.class) {
      return option
          .type(Object.class)
          .converters(HyperparameterOptions::integers)
          .paramLabel("N[,N...]|none")
          .build();
    }
    if (type.isEnum()) {
      option.converters(text -> constant(type, text));
    }
    if (type == Cnn.class) {
      option.converters(HyperparameterOptions::cnn);
    }
    String label =
        type == Cnn.class
            ? "CNN"
            : type.isEnum() ? constants(type) : type == double.class ? "X" : "N";
    return option.paramLabel(label).build();
  }

  private static String description(Entry entry) {
    String range = entry.range().isEmpty() ? "" : ", in " + entry.range();
    return capitalized(entry.meaning()) + range + ". Default: " + defaults(entry) + ".";
  }

  private static String defaults(Entry entry) {
    String discrete = value(DISCRETE, entry);
    String continuous = value(CONTINUOUS, entry);
    String cleanrl = value(CLEANRL, entry);
    return discrete
        + (continuous.equals(discrete) ? "" : ", for continuous actions " + continuous)
        + (cleanrl.equals(discrete) ? "" : ", with --profile cleanrl " + cleanrl);
  }

  private static String value(PpoConfig config, Entry entry) {
    Object value = entry.valueIn(config);
    return switch (value) {
      case List<?> list when list.isEmpty() -> NO_ELEMENTS;
      case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
      case Double number when number == Math.rint(number) && !number.isInfinite() ->
          Long.toString(number.longValue());
      default -> OptionNames.value(value);
    };
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(OptionNames::value)
        .collect(Collectors.joining("|"));
  }

  private static Object integers(String text) {
    return text.equals(NO_ELEMENTS)
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(Numerals::parseInt).toList();
  }

  /** Returns the constant of that name, in any case and with hyphens or underscores. */
  private static Object constant(Class<?> type, String text) {
    Object[] constants = type.getEnumConstants();
    for (Object constant : constants) {
      if (OptionNames.value(constant).equals(OptionNames.value(text))) {
        return constant;
      }
    }
    throw new TypeConversionException(
        "expected one of %s but was '%s'"
            .formatted(Arrays.stream(constants).map(OptionNames::value).toList(), text));
  }

  private static Cnn cnn(String text) {
    try {
      return Cnn.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static String capitalized(String phrase) {
    return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
  }
}
