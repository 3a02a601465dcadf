package org.ppo4j.lab.tune;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One dimension of a space: a range of numbers, or a list of choices.
 *
 * @param name the hyperparameter's name, or that of a {@link Derived}
 * @param integral whether a range has only whole numbers
 * @param low the lower end of a range, included
 * @param high the upper end of a range, included
 * @param log whether equal ratios of a range are drawn alike
 * @param choices the values to choose from; empty for a range
 */
record Dimension(
    String name, boolean integral, double low, double high, boolean log, List<Object> choices) {
  Dimension {
    choices = List.copyOf(choices);
  }

  /** Returns this as Optuna's distribution, in JSON. */
  Map<String, Object> distribution() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    if (!choices.isEmpty()) {
      json.put("kind", "choice");
      json.put("choices", choices.stream().map(Dimension::label).toList());
      return json;
    }
    json.put("kind", integral ? "int" : "float");
    json.put("low", integral ? (Object) Math.round(low) : (Object) low);
    json.put("high", integral ? (Object) Math.round(high) : (Object) high);
    json.put("log", log);
    return json;
  }

  /** Returns the values in words, such as {@code 1 to 16, log}. */
  String text() {
    if (!choices.isEmpty()) {
      return choices.stream()
          .map(each -> label(each).toString())
          .collect(Collectors.joining(" | "));
    }
    return "%s to %s%s"
        .formatted(
            integral ? (Object) Math.round(low) : (Object) low,
            integral ? (Object) Math.round(high) : (Object) high,
            log ? ", log" : "");
  }

  /**
   * Returns the value of a trial's parameter; a fraction has four significant digits, so that a
   * preset can be read, unless it would leave the range by that.
   */
  Object value(JsonNode parameter) {
    if (!choices.isEmpty()) {
      return choices.stream()
          .filter(each -> label(each).toString().equals(parameter.asText()))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(name + " is not " + parameter));
    }
    if (integral) {
      return parameter.asInt();
    }
    double exact = parameter.asDouble();
    double rounded = rounded(exact);
    return rounded >= low && rounded <= high ? rounded : exact;
  }

  /** Returns the parameter for a value, or nothing if the value is outside of this. */
  Optional<Object> parameter(Object value) {
    if (!choices.isEmpty()) {
      return choices.stream().filter(each -> isSame(each, value)).map(Dimension::label).findFirst();
    }
    double number = ((Number) value).doubleValue();
    return number >= low && number <= high
        ? Optional.of(integral ? (Object) Math.round(number) : (Object) number)
        : Optional.empty();
  }

  private static boolean isSame(Object choice, Object value) {
    if (choice instanceof Number a && value instanceof Number b) {
      return rounded(a.doubleValue()) == rounded(b.doubleValue());
    }
    return choice.equals(value);
  }

  /** Returns where a trial's parameter lies, from 0 to 1. */
  double position(JsonNode parameter) {
    if (!choices.isEmpty()) {
      return choices.size() == 1
          ? 0.5
          : choices.indexOf(value(parameter)) / (double) (choices.size() - 1);
    }
    double number = parameter.asDouble();
    return log ? Math.log(number / low) / Math.log(high / low) : (number - low) / (high - low);
  }

  /** Returns the largest number. */
  double max() {
    return choices.stream()
        .filter(Number.class::isInstance)
        .mapToDouble(each -> ((Number) each).doubleValue())
        .max()
        .orElse(high);
  }

  static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.3e", value));
  }

  /** Returns a choice as Optuna keeps it: a truth value, a number or a text. */
  static Object label(Object choice) {
    return switch (choice) {
      case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      default -> choice;
    };
  }
}
