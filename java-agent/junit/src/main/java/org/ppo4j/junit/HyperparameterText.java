package org.ppo4j.junit;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.Hyperparameters.Entry;

/** Hyperparameters in text. */
final class HyperparameterText {
  private HyperparameterText() {}

  /**
   * Returns the value of a hyperparameter, of its type.
   *
   * @throws ExtensionConfigurationException if there is no such name or the text is not a value
   */
  static Object parse(String name, String text) {
    Entry entry =
        Hyperparameters.named(name)
            .orElseThrow(
                () ->
                    new ExtensionConfigurationException(
                        "@Trains: there is no hyperparameter %s; the names are %s"
                            .formatted(
                                name,
                                String.join(
                                    ", ",
                                    Hyperparameters.all().stream().map(Entry::name).toList()))));
    try {
      return value(entry.type(), text.strip());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new ExtensionConfigurationException(
          "@Trains: %s must be %s, but is \"%s\"".formatted(name, expected(entry.type()), text), e);
    }
  }

  private static Object value(Class<?> type, String text) {
    if (type == int.class) {
      return new BigDecimal(text).intValueExact();
    }
    if (type == long.class) {
      return new BigDecimal(text).longValueExact();
    }
    if (type == double.class) {
      return Double.parseDouble(text);
    }
    if (type == boolean.class) {
      return bool(text);
    }
    if (type == List.class) {
      return text.isEmpty()
          ? List.of()
          : Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList();
    }
    return constant(type, text);
  }

  private static Object bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Object constant(Class<?> type, String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static String expected(Class<?> type) {
    if (type == int.class || type == long.class) {
      return "an integer";
    }
    if (type == double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type == List.class
        ? "integers with commas between them"
        : "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
  }
}
