package org.ppo4j.agent.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Hyperparameters.Entry;
import org.ppo4j.agent.config.Hyperparameters.Read;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;
import org.ppo4j.env.internal.NearMatches;

/** {@link PpoConfig} as one flat JSON object with {@code snake_case} names. */
final class FlatJson {
  /** What the first files of format 4 have instead of {@code lr_schedule}: whether it is linear. */
  private static final String ANNEAL_LR = "anneal_lr";

  private FlatJson() {}

  /** Writes all hyperparameters. */
  static final class Writer extends JsonSerializer<PpoConfig> {
    @Override
    public void serialize(PpoConfig config, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartObject(config);
      for (Entry entry : Hyperparameters.all()) {
        provider.defaultSerializeField(name(entry), entry.valueIn(config), out);
      }
      out.writeEndObject();
    }
  }

  /** Reads all hyperparameters; a missing one is an error, because its default is unknown here. */
  static final class Reader extends JsonDeserializer<PpoConfig> {
    @Override
    public PpoConfig deserialize(JsonParser in, DeserializationContext context) throws IOException {
      PpoConfig any = PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2));
      JsonNode json = in.readValueAsTree();
      try {
        Read read = read(json, any);
        return read.missing().isEmpty()
            ? read.config()
            : context.reportInputMismatch(
                PpoConfig.class, "missing hyperparameters %s", read.missing());
      } catch (IllegalArgumentException e) {
        return context.reportInputMismatch(PpoConfig.class, "%s", String.valueOf(e.getMessage()));
      }
    }
  }

  static Read read(JsonNode json, PpoConfig defaults) {
    Map<String, JsonNode> fields = new HashMap<>();
    json.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    Map<String, Object> values = values(fields);
    List<String> missing = new ArrayList<>();
    for (Entry entry : Hyperparameters.all()) {
      if (!values.containsKey(entry.name())) {
        missing.add(entry.name());
      }
    }
    return new Read(Hyperparameters.with(defaults, values), missing);
  }

  /**
   * Converts {@code snake_case} names and JSON values to the hyperparameters' names and types.
   *
   * @throws IllegalArgumentException if there is an unknown name, or a value of another type
   */
  static Map<String, Object> values(Map<String, JsonNode> fields) {
    Map<String, JsonNode> remaining = new HashMap<>(fields);
    JsonNode annealed = remaining.remove(ANNEAL_LR);
    if (annealed != null) {
      String schedule = annealed.asBoolean() ? "linear" : "constant";
      remaining.put("lr_schedule", TextNode.valueOf(schedule));
    }
    Map<String, Object> values = new HashMap<>();
    for (Entry entry : Hyperparameters.all()) {
      JsonNode json = remaining.remove(name(entry));
      if (json != null) {
        values.put(entry.name(), value(entry, json));
      }
    }
    if (!remaining.isEmpty()) {
      String unknown = remaining.keySet().stream().sorted().findFirst().orElseThrow();
      List<String> known = Hyperparameters.all().stream().map(FlatJson::name).toList();
      String question = NearMatches.question(unknown, known);
      throw new IllegalArgumentException(
          "unknown hyperparameter '%s'%s"
              .formatted(unknown, question.isEmpty() ? "; a newer ppo4j may know it" : question));
    }
    return values;
  }

  private static Object value(Entry entry, JsonNode json) {
    JavaType type = Json.MAPPER.constructType(entry.genericType());
    try {
      Object value = json.isNull() ? null : Json.MAPPER.convertValue(json, type);
      if (value != null) {
        return value;
      }
    } catch (IllegalArgumentException e) {
      throw notOfType(entry, json, e);
    }
    throw notOfType(entry, json, null);
  }

  private static IllegalArgumentException notOfType(
      Entry entry, JsonNode json, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "the hyperparameter '%s' must be of type %s, but is %s"
            .formatted(name(entry), entry.type().getSimpleName(), json),
        cause);
  }

  /** Returns the name of a hyperparameter in JSON. */
  static String name(Entry entry) {
    return SnakeCaseStrategy.INSTANCE.translate(entry.name());
  }
}
