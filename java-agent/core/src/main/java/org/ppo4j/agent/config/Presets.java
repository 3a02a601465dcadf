package org.ppo4j.agent.config;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;

/**
 * Reads {@code presets.json}: collections of a name, a source, the hyperparameters that all presets
 * of the collection have, and for each environment those that it has besides or instead.
 */
final class Presets {
  static final List<Preset> ALL = read();

  private record Collection(
      String name, String source, Map<String, JsonNode> common, List<Entry> presets) {}

  private record Entry(
      String env,
      boolean automatic,
      @Nullable String lacks,
      Map<String, JsonNode> hyperparameters) {}

  private Presets() {}

  private static List<Preset> read() {
    List<Preset> presets = new ArrayList<>();
    try (InputStream in = Presets.class.getResourceAsStream("presets.json")) {
      Collection[] collections =
          Json.MAPPER.readValue(Objects.requireNonNull(in), Collection[].class);
      for (Collection collection : collections) {
        for (Entry entry : collection.presets) {
          Map<String, JsonNode> values = new HashMap<>(collection.common);
          values.putAll(entry.hyperparameters);
          presets.add(
              new Preset(
                  collection.name,
                  entry.env,
                  collection.source,
                  entry.lacks,
                  entry.automatic,
                  hyperparameters(values)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("presets.json cannot be read", e);
    }
    return List.copyOf(presets);
  }

  /** Turns {@code snake_case} names and JSON into the components' names and types. */
  private static Map<String, Object> hyperparameters(Map<String, JsonNode> values) {
    ObjectMapper mapper = Json.MAPPER;
    Map<String, JsonNode> left = new HashMap<>(values);
    Map<String, Object> typed = new HashMap<>();
    for (RecordComponent component : Hyperparameters.components()) {
      String name =
          PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
      JsonNode value = left.remove(name);
      if (value != null) {
        JavaType type = mapper.constructType(component.getGenericType());
        typed.put(component.getName(), mapper.convertValue(value, type));
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException("presets.json has unknown hyperparameters " + left.keySet());
    }
    return typed;
  }
}
