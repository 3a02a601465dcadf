package org.ppo4j.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;

/**
 * Reads all presets. In {@code presets.json}, a collection has a name, a source, the
 * hyperparameters that all its presets share, and for each environment those that it adds or
 * replaces.
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
    List<Preset> presets = new ArrayList<>(TunedPreset.own());
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
                  FlatJson.values(values)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("presets.json cannot be read", e);
    }
    return List.copyOf(presets);
  }
}
