package org.ppo4j.agent.files;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.ppo4j.env.Space;

/**
 * The mapping of records to JSON in every file the project writes: {@code snake_case} names,
 * lower-case enum constants, indented. Reading is strict: a missing or unknown property is an
 * error, and so is a fraction where an integer is due.
 */
public final class Json {
  /** The mapper; thread-safe. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addMixIn(Space.class, TypedSpace.class)
          .addMixIn(Space.Box.class, ExpandedBox.class)
          .build();

  private Json() {}

  /** Adds the kind of a space to its JSON, which a {@link Space} has as its class only. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Space.Box.class, name = "box"),
    @JsonSubTypes.Type(value = Space.Discrete.class, name = "discrete"),
    @JsonSubTypes.Type(value = Space.MultiDiscrete.class, name = "multi_discrete"),
    @JsonSubTypes.Type(value = Space.MultiBinary.class, name = "multi_binary"),
    @JsonSubTypes.Type(value = Space.Tuple.class, name = "tuple")
  })
  private interface TypedSpace {}

  /** Has a box read by {@link BoxReader}. */
  @JsonDeserialize(using = BoxReader.class)
  private interface ExpandedBox {}
}
