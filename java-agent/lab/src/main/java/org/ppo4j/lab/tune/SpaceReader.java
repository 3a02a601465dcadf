package org.ppo4j.lab.tune;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Hyperparameters;

/** Reads a space from YAML. */
final class SpaceReader {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final String FORMS =
      "a value, {choices: [...]}, or {low: ..., high: ...} with or without log: true";

  private final String source;

  /**
   * @param source where the text is from, for messages
   */
  SpaceReader(String source) {
    this.source = source;
  }

  /**
   * Reads a space.
   *
   * @throws IllegalArgumentException if it is not one
   */
  SearchSpace read(String text) {
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw refused("is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
    if (!root.isObject() || root.isEmpty()) {
      throw refused("has no space: expected a line for each hyperparameter, with " + FORMS, null);
    }
    List<Dimension> dimensions = new ArrayList<>();
    Map<String, Object> fixed = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      String name = field.getKey();
      Numbers numbers = numbers(name);
      if (field.getValue().isObject()) {
        dimensions.add(dimension(name, numbers, field.getValue()));
      } else {
        fixed.put(name, numbers.value(field.getValue()));
      }
    }
    requireOneOfEach(root);
    if (dimensions.isEmpty()) {
      throw refused("has nothing to search: every value in it is fixed", null);
    }
    return new SearchSpace(dimensions, fixed);
  }

  private void requireOneOfEach(JsonNode root) {
    for (Derived each : Derived.values()) {
      if (root.has(each.id()) && root.has(each.hyperparameter())) {
        throw refused(
            "has both %s and %s, of which the second follows from the first; leave one of them out"
                .formatted(each.id(), each.hyperparameter()),
            null);
      }
    }
  }

  private Dimension dimension(String name, Numbers numbers, JsonNode json) {
    Set<String> keys = new TreeSet<>();
    json.fieldNames().forEachRemaining(keys::add);
    if (keys.equals(Set.of("choices"))) {
      if (!json.get("choices").isArray()) {
        throw refused("has choices for %s that are not a list".formatted(name), null);
      }
      List<Object> choices = new ArrayList<>();
      for (JsonNode each : json.get("choices")) {
        Object choice = numbers.value(each);
        if (choices.contains(choice)) {
          throw refused("has the choice %s of %s twice".formatted(each, name), null);
        }
        choices.add(choice);
      }
      if (choices.isEmpty()) {
        throw refused("has no choices for %s: expected a list".formatted(name), null);
      }
      return new Dimension(name, false, 0, 0, false, choices);
    }
    if (!keys.containsAll(Set.of("low", "high"))
        || !Set.of("low", "high", "log").containsAll(keys)) {
      throw refused("has %s for %s: expected %s".formatted(json, name, FORMS), null);
    }
    if (!numbers.isNumber()) {
      throw refused(
          "has a range for %s, which is not a number: expected choices".formatted(name), null);
    }
    double low = ((Number) numbers.value(json.get("low"))).doubleValue();
    double high = ((Number) numbers.value(json.get("high"))).doubleValue();
    boolean log = json.path("log").asBoolean(false);
    if (!(low < high) || (log && low <= 0)) {
      throw refused(
          "has the range %s to %s for %s: expected low to be less than high%s"
              .formatted(
                  json.get("low"), json.get("high"), name, log ? ", and above 0 with log" : ""),
          null);
    }
    return new Dimension(name, numbers.isIntegral(), low, high, log, List.of());
  }

  private Numbers numbers(String name) {
    Derived derived = Derived.named(name).orElse(null);
    Hyperparameters.Entry entry = Hyperparameters.named(name).orElse(null);
    if (derived == null && entry == null) {
      throw refused(
          "names %s, which is not a hyperparameter; the names are those of ./ppo4j train --help without hyphens, such as numEnvs, and %s"
              .formatted(name, String.join(", ", Derived.ids())),
          null);
    }
    if (name.equals("totalTimesteps")) {
      throw refused("has totalTimesteps: give the steps of a training with --steps", null);
    }
    return new Numbers(name, derived, entry);
  }

  private IllegalArgumentException refused(String message, @Nullable Exception cause) {
    return new IllegalArgumentException("the space %s %s".formatted(source, message), cause);
  }

  /** Converts and checks values of one name. */
  private final class Numbers {
    private final String name;
    private final @Nullable Derived derived;
    private final Hyperparameters.@Nullable Entry entry;
    private final Class<?> type;

    Numbers(String name, @Nullable Derived derived, Hyperparameters.@Nullable Entry entry) {
      this.name = name;
      this.derived = derived;
      this.entry = entry;
      type = derived != null ? derived.type() : entry != null ? entry.type() : Object.class;
    }

    boolean isIntegral() {
      return type == int.class || type == long.class;
    }

    boolean isNumber() {
      return isIntegral() || type == double.class;
    }

    Object value(JsonNode json) {
      Object value = converted(json);
      if (derived != null && ((Number) value).doubleValue() < 1) {
        throw refused("has %s for %s: expected 1 or more".formatted(json, name), null);
      }
      if (entry != null) {
        try {
          entry.check(value);
        } catch (IllegalArgumentException e) {
          throw refused("has a value that is not valid: " + e.getMessage(), e);
        }
      }
      return value;
    }

    private Object converted(JsonNode json) {
      try {
        if (isNumber()) {
          double number = Double.parseDouble(json.asText()); // 1e-4 is a text in YAML 1.1
          if (type == double.class) {
            return number;
          }
          int whole = (int) number;
          if (whole == number) {
            return type == int.class ? (Object) whole : (Object) (long) whole;
          }
        } else if (type == boolean.class && json.isBoolean()) {
          return json.asBoolean();
        } else if (type == List.class && json.isArray()) {
          List<Object> sizes = new ArrayList<>();
          json.forEach(each -> sizes.add(Integer.parseInt(each.asText())));
          return List.copyOf(sizes);
        } else if (type.isEnum()) {
          for (Object constant : type.getEnumConstants()) {
            if (constant
                .toString()
                .equals(json.asText().toUpperCase(Locale.ROOT).replace('-', '_'))) {
              return constant;
            }
          }
        }
      } catch (NumberFormatException e) {
        throw notOfType(json, e);
      }
      throw notOfType(json, null);
    }

    private IllegalArgumentException notOfType(JsonNode json, @Nullable Exception cause) {
      String expected =
          isIntegral()
              ? "an integer"
              : type == double.class
                  ? "a number"
                  : type == boolean.class
                      ? "true or false"
                      : type == List.class
                          ? "a list of integers"
                          : "one of "
                              + List.of(type.getEnumConstants())
                                  .toString()
                                  .toLowerCase(Locale.ROOT);
      return refused("has %s for %s: expected %s".formatted(json, name, expected), cause);
    }
  }
}
