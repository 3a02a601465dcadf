package org.ppo4j.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ppo4j.agent.parameter.Hyperparameter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** An option for each component of a record that is a {@link Hyperparameter}. */
final class RecordOptions {
  private RecordOptions() {}

  /** Adds the options, whose help names the values of {@code defaults}. */
  static void addTo(CommandSpec command, Record defaults) {
    for (RecordComponent component : defaults.getClass().getRecordComponents()) {
      Hyperparameter declared = component.getAnnotation(Hyperparameter.class);
      if (declared != null) {
        command.addOption(option(component, declared, value(component, defaults)));
      }
    }
  }

  private static OptionSpec option(
      RecordComponent component, Hyperparameter declared, Object value) {
    Class<?> type = component.getType();
    String meaning = declared.value();
    OptionSpec.Builder option =
        OptionSpec.builder(OptionNames.option(component.getName()))
            .type(type)
            .description(
                "%s%s. Default: %s."
                    .formatted(
                        meaning.substring(0, 1).toUpperCase(Locale.ROOT) + meaning.substring(1),
                        declared.in().isEmpty() ? "" : ", in " + declared.in(),
                        OptionNames.value(value)));
    if (type == boolean.class) {
      return option
          .negatable(true)
          .arity("0..1")
          .fallbackValue("true")
          .paramLabel("true|false")
          .build();
    }
    if (type.isEnum()) {
      option.converters(text -> constant(type, text));
    }
    return option
        .paramLabel(type.isEnum() ? constants(type) : type == double.class ? "X" : "N")
        .build();
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (OptionNames.value(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return constant;
      }
    }
    throw new TypeConversionException("takes %s, but got '%s'".formatted(constants(type), text));
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(OptionNames::value)
        .collect(Collectors.joining("|"));
  }

  /**
   * Returns {@code defaults} with the values that were given.
   *
   * @throws ParameterException if the record refuses one
   */
  static <R extends Record> R given(ParseResult result, R defaults) {
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Object value = value(components[i], defaults);
      values[i] =
          components[i].isAnnotationPresent(Hyperparameter.class)
              ? result.matchedOptionValue(OptionNames.option(components[i].getName()), value)
              : value;
    }
    try {
      @SuppressWarnings("unchecked") // the class of defaults
      Class<R> type = (Class<R>) defaults.getClass();
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new ParameterException(
            result.commandSpec().commandLine(), OptionNames.message(refused), refused);
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(RecordComponent component, Record owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
