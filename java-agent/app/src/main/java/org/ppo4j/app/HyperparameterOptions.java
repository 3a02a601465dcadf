package org.ppo4j.app;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppo4j.agent.config.Hyperparameter;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfig.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** An option for each component of {@link PpoConfig}, made from the record itself. */
final class HyperparameterOptions {
  private static final PpoConfig DISCRETE = PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2));
  private static final PpoConfig CONTINUOUS =
      PpoConfig.of(Profile.DEFAULT, Space.Box.of(-1, 1, 1, DType.FLOAT32));
  private static final PpoConfig CLEANRL = PpoConfig.of(Profile.CLEANRL, new Space.Discrete(2));

  private HyperparameterOptions() {}

  /** Adds the options to a command, as a section of its help. */
  static void addTo(CommandSpec command) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .validate(false)
            .order(1)
            .heading("%nHyperparameters, with defaults of --profile default:%n");
    Hyperparameters.components().forEach(component -> group.addArg(option(component)));
    command.addArgGroup(group.build());
  }

  /**
   * Returns the hyperparameters that were given, by name.
   *
   * @throws ParameterException if one is out of its range
   */
  static Map<String, Object> given(ParseResult result) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (RecordComponent component : Hyperparameters.components()) {
      String option = Hyperparameters.option(component.getName());
      if (result.hasMatchedOption(option)) {
        Object value = result.matchedOptionValue(option, null);
        try {
          Hyperparameters.check(component.getName(), value);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(result.commandSpec().commandLine(), e.getMessage(), e);
        }
        given.put(component.getName(), value);
      }
    }
    return given;
  }

  private static OptionSpec option(RecordComponent component) {
    OptionSpec.Builder option =
        OptionSpec.builder(Hyperparameters.option(component.getName()))
            .type(component.getType())
            .description(description(component));
    Class<?> type = component.getType();
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
          .auxiliaryTypes(Integer.class)
          .splitRegex(",")
          .arity("1")
          .paramLabel("N[,N...]")
          .hideParamSyntax(true)
          .build();
    }
    String label = type.isEnum() ? constants(type) : type == double.class ? "X" : "N";
    return option.paramLabel(label).build();
  }

  private static String description(RecordComponent component) {
    Hyperparameter meaning = Hyperparameters.description(component);
    String range = meaning.in().isEmpty() ? "" : ", in " + meaning.in();
    return capitalized(meaning.value()) + range + ". Default: " + defaults(component) + ".";
  }

  private static String defaults(RecordComponent component) {
    String discrete = value(DISCRETE, component);
    String continuous = value(CONTINUOUS, component);
    String cleanrl = value(CLEANRL, component);
    return discrete
        + (continuous.equals(discrete) ? "" : ", for continuous actions " + continuous)
        + (cleanrl.equals(discrete) ? "" : ", with --profile cleanrl " + cleanrl);
  }

  private static String value(PpoConfig config, RecordComponent component) {
    Object value = Hyperparameters.value(config, component);
    return switch (value) {
      case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
      case Double number when number == Math.rint(number) -> Long.toString(number.longValue());
      default -> value.toString().toLowerCase(Locale.ROOT);
    };
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("|"));
  }

  private static String capitalized(String phrase) {
    return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
  }
}
